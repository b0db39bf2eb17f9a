import { personOf, type Actor } from '../caller.js';
import type { Standing } from '../permissions/standing.js';
import type { Queries } from '../queries/cached-query.js';
import { guildById, type StoredGuild } from '../queries/guilds.js';
import { standingOfUser } from '../queries/people.js';

/** What was read together with the credentials of a request. */
export interface RequestSnapshot {
  readonly standing: Standing | null;
  /** The guild the request was announced to be about, when there was one. */
  readonly guild: { readonly id: string; readonly stored: StoredGuild | null } | null;
}

/** The moment a snapshot was begun to be read. */
export interface ReadingBegun {
  readonly at: number;
  /** Changes this process had begun until then. */
  readonly changes: number;
}

interface Kept {
  readonly begun: ReadingBegun;
  readonly snapshot: RequestSnapshot;
}

/** Gives the object itself, so that a class over it adds its private field to an object that stands already. */
// oxlint-disable-next-line typescript/no-extraneous-class -- its constructor is all there is to it
class Given {
  constructor(object: object) {
    return object;
  }
}

/** A note that only this file can read, put on an actor: like an entry of a WeakMap, at a fraction of its cost. */
class Noted extends Given {
  #kept: Kept | null;

  constructor(actor: Actor, kept: Kept) {
    super(actor);
    this.#kept = kept;
  }

  static put(actor: Actor, kept: Kept): Noted {
    return new Noted(actor, kept);
  }

  static on(actor: object): Kept | null {
    return #kept in actor ? actor.#kept : null;
  }

  static forget(actor: object): void {
    if (#kept in actor) actor.#kept = null;
  }
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

  /** `changes` counts the changes this process has begun. */
  constructor(queries: Queries, changes: () => number) {
    this.#queries = queries;
    this.#changes = changes;
  }

  /** To be called before a snapshot is read. */
  begin(): ReadingBegun {
    return { at: performance.now(), changes: this.#changes() };
  }

  /** Keeps what was read since then with an actor that was made of it. */
  keep(actor: Actor, begun: ReadingBegun, snapshot: RequestSnapshot): void {
    Noted.put(actor, { begun, snapshot });
  }

  #snapshot(actor: Actor): RequestSnapshot | null {
    const kept = Noted.on(actor);
    if (!kept) return null;
    const { begun, snapshot } = kept;
    if (performance.now() - begun.at <= SNAPSHOT_MS && begun.changes === this.#changes()) return snapshot;
    Noted.forget(actor);
    return null;
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
