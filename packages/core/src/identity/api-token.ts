import { randomBytes } from 'node:crypto';
import type { ApiTokenGrant } from '@slimy/db';

/** What every personal API token begins with, so that people and scanners of secrets know one when they see it. */
const PREFIX = 'slimy_';

/** A new personal API token: 256 random bits behind the prefix. */
export function newApiToken(): string {
  return `${PREFIX}${randomBytes(32).toString('base64url')}`;
}

/** Whether a text has the form of a personal API token; anything else costs no look-up. */
export function isApiToken(text: string): boolean {
  return /^slimy_[A-Za-z0-9_-]{43}$/.test(text);
}

/** Whether a token still holds at an instant. */
export function holds({ revokedAt, expiresAt }: ApiTokenGrant, now: Date): boolean {
  return revokedAt === null && expiresAt > now;
}
