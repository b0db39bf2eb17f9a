/** How the session travels: its cookie's name and attributes follow from the public address. */
export class SessionCookie {
  readonly #name: string;
  readonly #attributes: string;
  readonly #pattern: RegExp;

  constructor(publicUrl: string) {
    const https = publicUrl.startsWith('https:');
    // `__Host-` binds the cookie to exactly this host, and browsers take it with Secure and Path=/ only.
    this.#name = https ? '__Host-slimy_session' : 'slimy_session';
    this.#attributes = `Path=/; HttpOnly; SameSite=Lax${https ? '; Secure' : ''}`;
    this.#pattern = new RegExp(`(?:^|;)\\s*${this.#name}=([A-Za-z0-9_-]{16,128})\\s*(?:;|$)`);
  }

  /** The session token of a `cookie` header; null where there is none that could be one. */
  read(header: string | undefined): string | null {
    return header === undefined ? null : (this.#pattern.exec(header)?.[1] ?? null);
  }

  /** The `set-cookie` header that signs in. */
  issued(token: string, expiresAt: Date): string {
    return `${this.#name}=${token}; ${this.#attributes}; Expires=${expiresAt.toUTCString()}`;
  }

  /** The `set-cookie` header that signs out. */
  cleared(): string {
    return `${this.#name}=; ${this.#attributes}; Max-Age=0`;
  }
}
