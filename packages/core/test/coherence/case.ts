import type { Cacheable } from '@slimy/cache';
import type { ProcedureName } from '@slimy/contract';
import { question, type CachedQuery, type Question } from '../../src/queries/cached-query.ts';
import type { CoherenceWorld } from './coherence-world.ts';

/** One cached query with the parameters it is asked with in a world. */
export interface QueryCase {
  readonly name: string;
  questions(world: CoherenceWorld): Promise<Question<Cacheable>[]>;
}

/**
 * The case of a cached query. The parameters should cover what mutations change, also such as have no answer
 * before a change; they are collected before and after it.
 */
export function queryCase<Params, Value extends Cacheable>(
  query: CachedQuery<Params, Value>,
  params: (world: CoherenceWorld) => readonly Params[] | Promise<readonly Params[]>,
): QueryCase {
  return {
    name: query.name,
    questions: async (world) => (await params(world)).map((one) => question(query, one)),
  };
}

/**
 * The case of a mutation: prepares what it needs and who calls it, and gives the call. The call must change at
 * least one row; what is prepared is stored before the cached answers are read.
 */
export type MutationCase = (world: CoherenceWorld) => Promise<() => Promise<unknown>>;

/** The cases of one domain. */
export interface DomainCases {
  readonly queries: readonly QueryCase[];
  readonly mutations: Partial<Record<ProcedureName, MutationCase>>;
  /** Mutations that leave every row as it is, with the reason. */
  readonly withoutRows?: Partial<Record<ProcedureName, string>>;
}
