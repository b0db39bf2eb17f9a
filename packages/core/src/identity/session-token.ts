import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new session token: 256 random bits, for the cookie alone. */
export function newSessionToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a token: SHA-256, lower-case hex. */
export function tokenHash(token: string): string {
  return hash('sha256', token);
}

/** Whether a token can be one of ours at all; anything else costs no look-up. */
export function isSessionToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** Whether a token is one of those accepted, in time that does not depend on where they differ. */
export function isOneOf(token: string, accepted: readonly string[]): boolean {
  const given = hash('sha256', token, 'buffer');
  return accepted.reduce(
    (found, one) => timingSafeEqual(given, hash('sha256', one, 'buffer')) || found,
    false,
  );
}
