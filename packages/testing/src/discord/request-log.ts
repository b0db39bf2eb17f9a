/** One request as it came in. */
export interface FakeRequest {
  readonly method: string;
  /** The path without `/api` and version. */
  readonly path: string;
  /** The route's pattern; null for one the fake does not know. */
  readonly route: string | null;
  readonly query: string;
  readonly body: unknown;
  /** The answered status; null while it is not answered, or for a connection that was cut. */
  status: number | null;
}

/** What was asked of the fake, and what of it should not have been asked. */
export class RequestLog {
  readonly entries: FakeRequest[] = [];
  readonly #unknown: string[] = [];
  readonly #invalid: string[] = [];

  add(request: Omit<FakeRequest, 'status'>): FakeRequest {
    const entry = { ...request, status: null };
    this.entries.push(entry);
    if (request.route === null) this.#unknown.push(`${request.method} ${request.path}`);
    return entry;
  }

  /** The requests of one route, named as `GET /guilds/:guildId`. */
  of(route: string): FakeRequest[] {
    return this.entries.filter((entry) => entry.route !== null && `${entry.method} ${entry.route}` === route);
  }

  /** Notes a body or a gateway payload that Discord refuses as malformed. */
  addInvalid(what: string): void {
    this.#invalid.push(what);
  }

  /** Everything that a correct program never sends: unknown routes and refused bodies. */
  mistakes(): string[] {
    return [
      ...this.#unknown.map((what) => `unknown route ${what}`),
      ...this.#invalid.map((what) => `refused as malformed: ${what}`),
    ];
  }
}
