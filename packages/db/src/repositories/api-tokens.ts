import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { cursorFormat } from '../lists/cursor.js';
import { after } from '../lists/keyset.js';
import { pageOf, type Page, type PageRequest } from './pages.js';
import { idsIn } from './roles.js';

/** What a token may be used for. */
export type ApiTokenAccess = 'read' | 'read_write';

/** A personal token without its hash. */
export interface ApiTokenRow {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly access: ApiTokenAccess;
  /** The guilds it may be used for; null for all of the person's. */
  readonly guildIds: readonly string[] | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** What a token allows, without what people call it and when it was used. */
export type ApiTokenGrant = Pick<
  ApiTokenRow,
  'id' | 'userId' | 'access' | 'guildIds' | 'expiresAt' | 'revokedAt'
>;

/** A token with the hash it is found by. */
export type NewApiToken = Omit<ApiTokenRow, 'userId' | 'lastUsedAt' | 'revokedAt'> & {
  readonly tokenHash: string;
};

const granted = {
  id: true,
  userId: true,
  access: true,
  guildIds: true,
  expiresAt: true,
  revokedAt: true,
} as const;

const tokenList = cursorFormat('api-tokens', 'instant', 'text');

function tokenOf<Row extends { readonly access: string; readonly guildIds: unknown }>(row: Row) {
  const access: ApiTokenAccess = row.access === 'read_write' ? 'read_write' : 'read';
  return { ...row, access, guildIds: row.guildIds === null ? null : idsIn(row.guildIds) };
}

/** The tokens of one person. */
export class ApiTokens {
  readonly #scope: Database | Transaction;
  readonly #userId: string;

  constructor(scope: Database | Transaction, userId: string) {
    this.#scope = scope;
    this.#userId = userId;
  }

  get #table() {
    return tablesOf(this.#scope).apiToken;
  }

  async insert({ guildIds, ...token }: NewApiToken): Promise<void> {
    await this.#table.create({
      data: { ...token, userId: this.#userId, ...(guildIds && { guildIds: [...guildIds] }) },
      select: { id: true },
    });
  }

  /** Those that are not revoked, newest first; expired ones among them until they are purged. */
  async page({ limit, cursor }: PageRequest): Promise<Page<ApiTokenRow>> {
    const place = cursor === undefined ? null : tokenList.decode(cursor);
    const rows = await this.#table.findMany({
      where: {
        userId: this.#userId,
        revokedAt: null,
        ...(place && after('desc', ['createdAt', place[0]], ['id', place[1]])),
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
    });
    return pageOf(rows.map(tokenOf), limit, ({ createdAt, id }) => tokenList.encode([createdAt, id]));
  }

  /** How many of them can be used at the instant. */
  async usable(now: Date): Promise<number> {
    return this.#table.count({ where: { userId: this.#userId, revokedAt: null, expiresAt: { gt: now } } });
  }

  /** The hash of one of them; null when it is not the person's or already revoked. */
  async tokenHashOf(id: string): Promise<string | null> {
    const row = await this.#table.findFirst({
      where: { id, userId: this.#userId, revokedAt: null },
      select: { tokenHash: true },
    });
    return row?.tokenHash ?? null;
  }

  /** Ids and hashes of those that are not revoked. */
  async unrevoked(): Promise<{ id: string; tokenHash: string }[]> {
    return this.#table.findMany({
      where: { userId: this.#userId, revokedAt: null },
      select: { id: true, tokenHash: true },
    });
  }

  /** Ends tokens of the person; gives how many were not revoked before. */
  async revoke(ids: readonly string[], now: Date): Promise<number> {
    const { count } = await this.#table.updateMany({
      where: { id: { in: [...ids] }, userId: this.#userId, revokedAt: null },
      data: { revokedAt: now },
    });
    return count;
  }
}

/** Personal tokens by what is shown of them: for sign-in, and for the job that purges. */
export class ApiTokenKeys {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  get #table() {
    return tablesOf(this.#scope).apiToken;
  }

  async byTokenHash(tokenHash: string): Promise<ApiTokenGrant | null> {
    const row = await this.#table.findUnique({ where: { tokenHash }, select: granted });
    return row && tokenOf(row);
  }

  async byId(id: string): Promise<ApiTokenGrant | null> {
    const row = await this.#table.findUnique({ where: { id }, select: granted });
    return row && tokenOf(row);
  }

  /** Notes use, unless somebody noted it since `notedBefore`. */
  async touch(id: string, now: Date, notedBefore: Date): Promise<void> {
    await this.#table.updateMany({
      where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: notedBefore } }] },
      data: { lastUsedAt: now },
    });
  }

  /** Deletes at most `limit` tokens that expired before the instant; gives how many. */
  async purge(expiredBefore: Date, limit: number): Promise<number> {
    const expired = await this.#table.findMany({
      where: { expiresAt: { lt: expiredBefore } },
      orderBy: { expiresAt: 'asc' },
      select: { id: true },
      take: limit,
    });
    const { count } = await this.#table.deleteMany({ where: { id: { in: expired.map(({ id }) => id) } } });
    return count;
  }
}
