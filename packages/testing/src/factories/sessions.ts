import { createHash, randomBytes } from 'node:crypto';

const HOUR = 3_600_000;

/** A session as the database takes it. */
export interface SessionRowInput {
  readonly id: string;
  readonly userId: string;
  readonly tokenHash: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly idleExpiresAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

/**
 * A session begun two hours ago, with the token that opens it: it lives for another hour, unless it is to have
 * expired an hour ago or to have been revoked just now.
 */
export function sessionRow(
  userId: string,
  now: Date,
  state: 'live' | 'expired' | 'revoked' = 'live',
): { readonly token: string; readonly row: SessionRowInput } {
  const token = randomBytes(32).toString('base64url');
  const ends = new Date(now.getTime() + (state === 'expired' ? -HOUR : HOUR));
  const row = {
    id: randomBytes(16).toString('base64url'),
    userId,
    tokenHash: createHash('sha256').update(token).digest('hex'),
    createdAt: new Date(now.getTime() - 2 * HOUR),
    lastSeenAt: now,
    idleExpiresAt: ends,
    expiresAt: ends,
    revokedAt: state === 'revoked' ? now : null,
    ipAddress: null,
    userAgent: null,
  };
  return { token, row };
}
