import type { ResolvedOptions } from '../options.js';
import { LiveConnection } from './live-connection.js';

/** The connections of one client: one for each person it acts for, made when first needed. */
export class LiveConnections {
  readonly #options: ResolvedOptions;
  readonly #byPerson = new Map<string | null, LiveConnection>();

  constructor(options: ResolvedOptions) {
    this.#options = options;
  }

  /** The connection for a person's Discord id; null is the client's own. */
  for(actingAs: string | null): LiveConnection {
    const known = this.#byPerson.get(actingAs);
    if (known) return known;
    const made = new LiveConnection(this.#options, actingAs);
    this.#byPerson.set(actingAs, made);
    return made;
  }
}
