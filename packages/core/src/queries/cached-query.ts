import type { Cache, Cacheable, EntryOptions } from '@slimy/cache';
import type { Repositories } from '@slimy/db';

/** How long a value is fresh and how long after that it may be served while it is loaded anew, in seconds. */
interface CacheTimes {
  readonly ttl: number;
  readonly stale: number;
}

/**
 * A query whose answers are cached, declared once. The key names everything the answer depends on, the viewer
 * too where the answer depends on them; writes name the key, one of its prefixes or a tag.
 */
export interface CachedQuery<Params, Value extends Cacheable> {
  readonly name: string;
  key(params: Params): string;
  readonly options: EntryOptions;
  /** The values of several parameters, in their order. */
  load(repositories: Repositories, params: readonly Params[]): Promise<readonly Value[]>;
}

const declaredNames = new Set<string>();

/** The names of all cached queries, in the order of their declaration. */
export const cachedQueryNames: ReadonlySet<string> = declaredNames;

/**
 * Neither gives what was invalidated, whichever process did it. `strict` is for what rights depend on, and never
 * older than its TTL; `confirmed` is served for its stale window too, while it is loaded anew or cannot be.
 */
type Ageing =
  | { readonly consistency: 'strict'; readonly times: Pick<CacheTimes, 'ttl'> }
  | {
      readonly consistency: 'confirmed';
      /** What CACHE_TTL_SECONDS and CACHE_STALE_SECONDS say, unless the query has reasons for times of its own. */
      readonly times?: CacheTimes;
    };

type Declaration<Params, Value extends Cacheable> = Ageing & {
  readonly name: string;
  key(this: void, params: Params): string;
  /** Dependencies besides the key and its prefixes. */
  readonly tags?: readonly string[];
  /** Of the shape of the value; raise it when the shape changes. */
  readonly version: number;
  load(this: void, repositories: Repositories, params: Params): Promise<Value>;
  /** For queries that are asked for many at once. */
  loadMany?(this: void, repositories: Repositories, params: readonly Params[]): Promise<readonly Value[]>;
};

/**
 * Declares a cached query. What one process has changed, every other one reads from then on. That writes name
 * what they change is what `test/coherence` holds: a new query gets its case there.
 * @throws TypeError when another query has the name
 */
export function cachedQuery<Params, Value extends Cacheable>(
  declaration: Declaration<Params, Value>,
): CachedQuery<Params, Value> {
  const { name, key, consistency, times, tags = [], version, load, loadMany } = declaration;
  if (declaredNames.has(name)) throw new TypeError(`Two cached queries are called ${name}.`);
  declaredNames.add(name);
  return {
    name,
    key,
    options: {
      ...times,
      ...(consistency === 'strict' ? { stale: 0 } : {}),
      tags,
      consistency,
      schemaVersion: `${name}.${version}`,
      source: name,
    },
    load: loadMany ?? ((repositories, params) => Promise.all(params.map((one) => load(repositories, one)))),
  };
}

/** A query with its parameters. */
export interface Question<Value extends Cacheable> {
  readonly key: string;
  readonly options: EntryOptions;
  load(repositories: Repositories): Promise<Value>;
}

/** A query with its parameters, to be read together with others. */
export function question<Params, Value extends Cacheable>(
  query: CachedQuery<Params, Value>,
  params: Params,
): Question<Value> {
  return {
    key: query.key(params),
    options: query.options,
    async load(repositories) {
      const [value] = await query.load(repositories, [params]);
      if (value === undefined) throw new TypeError(`The query ${query.name} gave no value.`);
      return value;
    },
  };
}

/** Stands in the place of a question that has no need to be asked; its answer is null. */
export const unasked: Question<null> = { key: '', options: {}, load: () => Promise.resolve(null) };

/** Under a question's key and schema version the cache holds only what its `load` gave. */
function isAnswerTo<Value extends Cacheable>(
  _asked: Question<Value>,
  value: Cacheable | undefined,
): value is Value {
  return value !== undefined;
}

function answerOf<Value extends Cacheable>(
  asked: Question<Value>,
  answers: ReadonlyMap<string, Cacheable>,
): Value {
  const value = answers.get(asked.key);
  if (!isAnswerTo(asked, value)) throw new TypeError(`The cache gave no answer for ${asked.key}.`);
  return value;
}

function isComplete(answers: readonly (Cacheable | undefined)[]): answers is readonly Cacheable[] {
  return !answers.includes(undefined);
}

/** Reads cached queries through the cache; never from inside a transaction. */
export class Queries {
  readonly #cache: Cache;
  readonly #repositories: Repositories;

  constructor(cache: Cache, repositories: Repositories) {
    this.#cache = cache;
    this.#repositories = repositories;
  }

  async read<Params, Value extends Cacheable>(
    query: CachedQuery<Params, Value>,
    params: Params,
  ): Promise<Value> {
    const asked = question(query, params);
    return this.#cache.getOrSet(asked.key, () => asked.load(this.#repositories), asked.options);
  }

  /** The answers of one query for many parameters, in their order; one round trip, what is missing in one load. */
  async readMany<Params, Value extends Cacheable>(
    query: CachedQuery<Params, Value>,
    params: readonly Params[],
  ): Promise<Value[]> {
    if (params.length === 0) return [];
    const byKey = new Map(params.map((one) => [query.key(one), one]));
    const answers = await this.#cache.getOrSetMany<Cacheable>(
      [...byKey.keys()],
      async (missing) => {
        const asked = missing.flatMap((key) => byKey.get(key) ?? []);
        const values = await query.load(this.#repositories, asked);
        return new Map(asked.map((one, index) => [query.key(one), values[index] ?? null]));
      },
      query.options,
    );
    return params.map((one) => answerOf(question(query, one), answers));
  }

  /** The answers of different questions in one round trip, or at once where they are all at hand. */
  together<const Values extends readonly Cacheable[]>(
    ...questions: { readonly [I in keyof Values]: Question<Values[I]> }
  ): Values | Promise<Values>;
  together(
    ...questions: readonly Question<Cacheable>[]
  ): readonly Cacheable[] | Promise<readonly Cacheable[]> {
    const atHand = questions.map((one) =>
      one === unasked ? null : this.#cache.current(one.key, one.options),
    );
    return isComplete(atHand) ? atHand : this.#ask(questions, atHand);
  }

  /** Asks for the answers that are not at hand. */
  async #ask(
    questions: readonly Question<Cacheable>[],
    atHand: readonly (Cacheable | undefined)[],
  ): Promise<readonly Cacheable[]> {
    const asked = questions.filter((_, index) => atHand[index] === undefined);
    const byKey = new Map(asked.map((one) => [one.key, one]));
    const answers = await this.#cache.getOrSetMany<Cacheable>(
      [...byKey.keys()],
      async (missing) => {
        const toLoad = missing.flatMap((key) => byKey.get(key) ?? []);
        const values = await Promise.all(toLoad.map((one) => one.load(this.#repositories)));
        return new Map(toLoad.map((one, index) => [one.key, values[index] ?? null]));
      },
      (key) => byKey.get(key)?.options ?? {},
    );
    return questions.map((one, index) => {
      const value = atHand[index];
      return value === undefined ? answerOf(one, answers) : value;
    });
  }
}
