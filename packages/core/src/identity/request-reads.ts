import { personOf, type Actor } from '../caller.js';
import type { Standing } from '../permissions/standing.js';
import type { Queries } from '../queries/cached-query.js';
import { guildById, type StoredGuild } from '../queries/guilds.js';
import { standingOfUser } from '../queries/people.js';

/** What was read together with the credentials of a request. */
export interface RequestSnapshot {
  readonly standing: Standing | null;
  /** The guild the request was announced to be about, when there was one. */
  readonly guild?: { readonly id: string; readonly stored: StoredGuild | null };
}

interface Kept extends RequestSnapshot {
  readonly readAt: number;
  readonly changes: number;
}

/** A request is answered from what was read with its credentials no longer than this, in milliseconds. */
const SNAPSHOT_MS = 100;

/**
 * Reads on behalf of one request. What came along with its credentials is not asked for again, so that a warm
 * call costs one round trip; anything older than a moment, or than a change of this process, is read anew.
 * An actor is made for each request.
 */
export class RequestReads {
  readonly #queries: Queries;
  readonly #changes: () => number;
  readonly #snapshots = new WeakMap<Actor, Kept>();

  /** `changes` counts the changes this process has begun. */
  constructor(queries: Queries, changes: () => number) {
    this.#queries = queries;
    this.#changes = changes;
  }

  /** To be called before a snapshot is read: gives how to keep it. */
  begin(): (actor: Actor, snapshot: RequestSnapshot) => void {
    const [readAt, changes] = [performance.now(), this.#changes()];
    return (actor, snapshot) => this.#snapshots.set(actor, { ...snapshot, readAt, changes });
  }

  #snapshot(actor: Actor): RequestSnapshot | null {
    const kept = this.#snapshots.get(actor);
    if (!kept) return null;
    const current = performance.now() - kept.readAt <= SNAPSHOT_MS && kept.changes === this.#changes();
    if (!current) this.#snapshots.delete(actor);
    return current ? kept : null;
  }

  /** The standing of the person behind the call, at once where it is at hand; null where there is none we know. */
  standing(actor: Actor): Standing | null | Promise<Standing | null> {
    const person = personOf(actor);
    if (person === null) return null;
    const snapshot = this.#snapshot(actor);
    return snapshot ? snapshot.standing : this.#queries.read(standingOfUser, person.userId);
  }

  /** A guild, at once where it is at hand; null when it is not connected. */
  guild(actor: Actor, guildId: string): StoredGuild | null | Promise<StoredGuild | null> {
    const kept = this.#snapshot(actor)?.guild;
    return kept?.id === guildId ? kept.stored : this.#queries.read(guildById, guildId);
  }
}
