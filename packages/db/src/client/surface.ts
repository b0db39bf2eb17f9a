import type { Prisma, PrismaClient } from '../generated/sqlite/client.js';

/**
 * Columns that no read gives unless it asks for them by name (`omit: { tokenHash: false }` or `select`).
 */
export const secretColumns = {
  user: { discordAccessToken: true, discordRefreshToken: true },
  session: { tokenHash: true },
  apiToken: { tokenHash: true },
} as const;

type Generated = PrismaClient<never, typeof secretColumns>;
type Delegates = Uncapitalize<Prisma.ModelName>;
/** What only one of the two engines has. */
type EngineSpecific = 'createManyAndReturn' | 'updateManyAndReturn' | 'fields' | symbol;

/** The tables as both engines give them; the same types for both, taken from the narrower one. */
export type Tables = { readonly [K in Delegates & keyof Generated]: Omit<Generated[K], EngineSpecific> };

/** The part of the generated clients that only this package's own code uses. */
export interface RawAccess {
  $queryRawUnsafe(text: string, ...parameters: unknown[]): Promise<unknown>;
  $executeRawUnsafe(text: string, ...parameters: unknown[]): Promise<number>;
}

interface TransactionLimits {
  /** Milliseconds to wait for a connection. */
  readonly maxWait: number;
  /** Milliseconds from start to commit. */
  readonly timeout: number;
}

/** What the factory makes of either generated client. */
export interface EngineClient extends Tables, RawAccess {
  $transaction<Result>(
    work: (client: Tables & RawAccess) => Promise<Result>,
    limits: TransactionLimits,
  ): Promise<Result>;
  $disconnect(): Promise<void>;
}
