import { contractHash } from '@slimy/contract';
import type { Actor, AppError, Caller, PermissionGate, RequestFacts, Services } from '@slimy/core';
import type { ErrorOccasion } from '../errors/error-shape.js';
import { rateKeyOf } from '../rate/rate-key.js';
import type { RateClass } from '../rate/rate-classes.js';
import type { RateLimiter } from '../rate/rate-limiter.js';
import { ApiContext } from './opaque.js';

/** What all calls share; made once at start. */
export interface ApiDependencies {
  readonly services: Services;
  readonly permissions: PermissionGate;
  readonly rateLimiter: RateLimiter;
  /** Told of each call that failed: for the log, and for the audit trail when somebody we know was refused. */
  readonly onFailure?: (failure: FailedCall) => Promise<void>;
}

/** A call that did not go through, and who made it; null when that could not be found out. */
export interface FailedCall {
  readonly caller: Caller | null;
  readonly request: RequestFacts;
  readonly procedure: string;
  readonly audit: string | null;
  readonly guildId: string | null;
  readonly error: AppError;
}

/** What is known of one request before anybody looks who sent it. */
export interface ContextOptions {
  readonly request: RequestFacts;
  /**
   * Finds out who is asking; called at most once a request, and only by calls that got that far.
   * Rejects with `AppError` for credentials that are wrong.
   */
  readonly authenticate: () => Promise<Actor> | Actor;
  /** The contract hash the client sent along, if it did. */
  readonly clientContract?: string | null;
  /** Why the body cannot be read; told to those who may call at all, once their call is counted. */
  readonly bodyProblem?: Error | null;
}

/** One request on its way through the procedures: the inner context, without any trace of HTTP. */
export class CallContext extends ApiContext {
  readonly dependencies: ApiDependencies;
  readonly request: RequestFacts;
  readonly clientContract: string | null;
  readonly #bodyProblem: Error | null;
  readonly #authenticate: () => Promise<Actor> | Actor;
  #caller: Caller | Promise<Caller> | undefined;
  #known: Caller | null = null;

  constructor(dependencies: ApiDependencies, options: ContextOptions) {
    super();
    this.dependencies = dependencies;
    this.request = options.request;
    this.clientContract = options.clientContract ?? null;
    this.#bodyProblem = options.bodyProblem ?? null;
    this.#authenticate = options.authenticate;
  }

  /** Who is asking. @throws AppError for wrong credentials, or when nobody can look them up now. */
  caller(): Caller | Promise<Caller> {
    this.#caller ??= this.#identify();
    return this.#caller;
  }

  /**
   * Who is asking, once the call is counted against the rate of the person, or of the address where nobody is
   * known. @throws AppError as `caller` does, and `rate_limited` before that
   */
  async countedCaller(rateClass: RateClass): Promise<Caller> {
    const { rateLimiter } = this.dependencies;
    const { ipAddress } = this.request;
    let caller: Caller;
    try {
      const asked = this.caller();
      caller = asked instanceof Promise ? await asked : asked;
    } catch (error) {
      await rateLimiter.take(rateClass, rateKeyOf({ kind: 'anonymous' }, ipAddress));
      throw error;
    }
    const counted = rateLimiter.take(rateClass, rateKeyOf(caller.actor, ipAddress));
    if (counted) await counted;
    return caller;
  }

  /** @throws Error when the body of the request cannot be read */
  requireReadableBody(): void {
    if (this.#bodyProblem) throw this.#bodyProblem;
  }

  /** Hands a failure on. */
  async reportFailure(failure: Omit<FailedCall, 'caller' | 'request'>): Promise<void> {
    const { onFailure } = this.dependencies;
    if (onFailure) await onFailure({ ...failure, caller: this.#known, request: this.request });
  }

  /** What an error's shape says of this call. */
  occasion(path: string | undefined): ErrorOccasion {
    const { requestId } = this.request;
    const contractsDiffer = this.clientContract !== null && this.clientContract !== contractHash();
    return { requestId, path, contractsDiffer };
  }

  #identify(): Caller | Promise<Caller> {
    let actor: Actor | Promise<Actor>;
    try {
      actor = this.#authenticate();
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new TypeError('Not an error', { cause: error }));
    }
    return actor instanceof Promise
      ? actor.then((found) => this.#identified(found))
      : this.#identified(actor);
  }

  #identified(actor: Actor): Caller {
    this.#known = { actor, request: this.request };
    return this.#known;
  }
}

/** Makes the context of one request; also for tests and jobs that call procedures without HTTP. */
export function createContext(dependencies: ApiDependencies, options: ContextOptions): ApiContext {
  return new CallContext(dependencies, options);
}

/** The inner side of a context. @throws TypeError for a context that createContext did not make. */
export function callOf(context: object): CallContext {
  if (context instanceof CallContext) return context;
  throw new TypeError('The context of a call must come from createContext.');
}
