import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from './clock.js';

/** Lifetime of a person's access token, in seconds: a week, as Discord gives. */
export const ACCESS_TOKEN_SECONDS = 604_800;
/** How long an authorization code can be exchanged, in milliseconds. */
const CODE_LIFETIME_MS = 60_000;

/** What a person agreed to. */
export interface OauthConsent {
  readonly personId: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  /** PKCE: the SHA-256 of the verifier, base64url. */
  readonly codeChallenge: string | null;
}

/** Tokens of a person for the application. */
export interface Grant {
  readonly personId: string;
  readonly scopes: readonly string[];
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
}

/** The codes and tokens that are valid now. */
export class OauthGrants {
  readonly #clock: Clock;
  readonly #codes = new Map<string, OauthConsent & { expiresAt: number }>();
  readonly #grants = new Set<Grant>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A code for a consent; good once, for a minute. */
  issueCode(consent: OauthConsent): string {
    const code = randomBytes(15).toString('base64url');
    this.#codes.set(code, { ...consent, expiresAt: this.#clock() + CODE_LIFETIME_MS });
    return code;
  }

  /** Tokens for a code; null when the code, its address or its verifier is wrong, or it was used before. */
  exchange(code: string, redirectUri: string, verifier: string | undefined): Grant | null {
    const consent = this.#codes.get(code);
    this.#codes.delete(code);
    if (!consent || consent.expiresAt < this.#clock() || consent.redirectUri !== redirectUri) return null;
    if (consent.codeChallenge !== null) {
      const challenge = createHash('sha256')
        .update(verifier ?? '')
        .digest('base64url');
      if (challenge !== consent.codeChallenge) return null;
    }
    return this.grant(consent.personId, consent.scopes);
  }

  /** New tokens for a refresh token, which is used up; null when it is not valid. */
  refresh(refreshToken: string): Grant | null {
    const grant = [...this.#grants].find((known) => known.refreshToken === refreshToken);
    if (!grant) return null;
    this.#grants.delete(grant);
    return this.grant(grant.personId, grant.scopes);
  }

  /** Tokens for a person without the page in between. */
  grant(personId: string, scopes: readonly string[]): Grant {
    const grant: Grant = {
      personId,
      scopes,
      accessToken: randomBytes(22).toString('base64url'),
      refreshToken: randomBytes(22).toString('base64url'),
      expiresAt: this.#clock() + ACCESS_TOKEN_SECONDS * 1000,
    };
    this.#grants.add(grant);
    return grant;
  }

  /** Ends the grant that an access or refresh token belongs to. */
  revoke(token: string): void {
    for (const grant of this.#grants) {
      if (grant.accessToken === token || grant.refreshToken === token) this.#grants.delete(grant);
    }
  }

  /** Ends every grant of a person, as removing the app in Discord's settings does. */
  revokePerson(personId: string): void {
    for (const grant of this.#grants) if (grant.personId === personId) this.#grants.delete(grant);
  }

  /** The tokens of a person that have not been ended. */
  of(personId: string): Grant[] {
    return [...this.#grants].filter((grant) => grant.personId === personId);
  }

  /** Who an access token speaks for; null when it is unknown or has expired. */
  holder(accessToken: string): { personId: string; scopes: ReadonlySet<string> } | null {
    for (const grant of this.#grants) {
      if (grant.accessToken === accessToken && grant.expiresAt > this.#clock()) {
        return { personId: grant.personId, scopes: new Set(grant.scopes) };
      }
    }
    return null;
  }
}
