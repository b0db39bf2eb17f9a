import type { FakeDiscord, WorldPersonName } from '@slimy/testing';
import type { Caller } from '../../src/index.ts';
import type { TestCore } from '../support/open-core.ts';
import type { WorldIds } from '../support/settle-world.ts';

/** The small world, settled anew for each mutation, and who may act in it. */
export interface CoherenceWorld {
  /** The process that makes the change. */
  readonly core: TestCore;
  readonly ids: WorldIds;
  /** Discord, which knows the world's people and the guild `unconnectedGuild`. */
  readonly discord: FakeDiscord;
  /** A person, signed in: a new session at each call. */
  readonly as: (name: WorldPersonName) => Promise<Caller>;
  /** All values of a column, to ask for by them. */
  readonly all: (table: string, column: string) => Promise<string[]>;
}

/** A guild that Discord knows and nobody has connected; the world's owner owns it. */
export const unconnectedGuild = '700000000000000001';
/** Somebody nobody has seen before. */
export const newcomer = '500000000000000000';
