import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { safeReturnPath } from '@slimy/contract';
import { z } from 'zod';
import { MINUTE } from '../../clock.js';

/** How long somebody may take on Discord's page, in milliseconds. */
export const LOGIN_LIFETIME = 10 * MINUTE;

const kept = z.object({
  state: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  endsAt: z.number(),
});

/** Where somebody goes who did not say. */
const START = '/guilds';

/** A sign-in that is under way; kept in the browser that began it and nowhere else. */
export type LoginState = z.infer<typeof kept>;

/** Begins a sign-in: `state` and `verifier` are 256 random bits each. */
export function newLoginState(returnTo: string | null | undefined, now: Date): LoginState {
  return {
    state: randomBytes(32).toString('base64url'),
    verifier: randomBytes(32).toString('base64url'),
    returnTo: safeReturnPath(returnTo) ?? START,
    endsAt: now.getTime() + LOGIN_LIFETIME,
  };
}

/** PKCE's S256. */
export function challengeOf({ verifier }: LoginState): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

function signatureOf(text: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`discord-login:${text}`).digest();
}

/** The state as it travels in the browser's cookie, signed. */
export function sealLoginState(state: LoginState, secret: string): string {
  const text = Buffer.from(JSON.stringify(state)).toString('base64url');
  return `${text}.${signatureOf(text, secret).toString('base64url')}`;
}

/** What a cookie of ours says; null for any other. */
function signedState(cookie: string | null, secret: string): LoginState | null {
  const [text = '', signature = ''] = (cookie ?? '').split('.');
  const told = Buffer.from(signature, 'base64url');
  const right = signatureOf(text, secret);
  if (told.length !== right.length || !timingSafeEqual(told, right)) return null;
  return kept.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))).data ?? null;
}

/** The state out of the cookie; null when it is not ours, too old, or not the one Discord sent back. */
export function openLoginState(
  cookie: string | null,
  given: { readonly state: string; readonly now: Date; readonly secret: string },
): LoginState | null {
  const begun = signedState(cookie, given.secret);
  if (begun === null || begun.endsAt <= given.now.getTime()) return null;
  const [own, back] = [Buffer.from(begun.state), Buffer.from(given.state)];
  return own.length === back.length && timingSafeEqual(own, back) ? begun : null;
}

/** Where somebody said they want to go who began to sign in; also after it failed. */
export function wantedPath(cookie: string | null, secret: string): string | null {
  const { returnTo = START } = signedState(cookie, secret) ?? {};
  return returnTo === START ? null : returnTo;
}
