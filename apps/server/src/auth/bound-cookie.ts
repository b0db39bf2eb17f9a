/** How a cookie of ours travels: bound to this host, out of the page's reach. */
export class BoundCookie {
  readonly #name: string;
  readonly #attributes: string;
  readonly #pattern: RegExp;

  /** `value` is the pattern its values follow. */
  constructor(publicUrl: string, name: string, value: RegExp) {
    const https = publicUrl.startsWith('https:');
    // `__Host-` binds the cookie to exactly this host, and browsers take it with Secure and Path=/ only.
    this.#name = https ? `__Host-${name}` : name;
    this.#attributes = `Path=/; HttpOnly; SameSite=Lax${https ? '; Secure' : ''}`;
    this.#pattern = new RegExp(`(?:^|;)\\s*${this.#name}=(${value.source})\\s*(?:;|$)`);
  }

  /** The value out of a `cookie` header; null where there is none that could be one. */
  read(header: string | undefined): string | null {
    return header === undefined ? null : (this.#pattern.exec(header)?.[1] ?? null);
  }

  /** The `set-cookie` header that sets it. */
  issued(value: string, expiresAt: Date): string {
    return `${this.#name}=${value}; ${this.#attributes}; Expires=${expiresAt.toUTCString()}`;
  }

  /** The `set-cookie` header that takes it away. */
  cleared(): string {
    return `${this.#name}=; ${this.#attributes}; Max-Age=0`;
  }
}

/** The cookie that holds the token of a session. */
export function sessionCookie(publicUrl: string): BoundCookie {
  return new BoundCookie(publicUrl, 'slimy_session', /[A-Za-z0-9_-]{16,128}/);
}

/** The cookie that ties a sign-in with Discord to the browser that began it. */
export function loginCookie(publicUrl: string): BoundCookie {
  return new BoundCookie(publicUrl, 'slimy_login', /[A-Za-z0-9_-]{1,4000}\.[A-Za-z0-9_-]{16,128}/);
}
