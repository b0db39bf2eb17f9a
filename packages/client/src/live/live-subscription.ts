import type { Operation, OperationResultEnvelope, TRPCClientError } from '@trpc/client';
import { SuperJSON } from 'superjson';
import type { WantedSubscription } from '@slimy/contract';
import type { SlimyError } from '../errors.js';
import type { SlimyRouter } from '../router-type.js';
import { backoffMs } from './backoff.js';

/** Whoever subscribed, as tRPC's client hands them on. */
export interface Subscriber {
  next(told: OperationResultEnvelope<unknown, TRPCClientError<SlimyRouter>>): void;
  error(error: SlimyError): void;
  complete(): void;
}

/** What passes by itself, whenever it happens. */
const passingCodes: ReadonlySet<SlimyError['code']> = new Set([
  'INTERNAL_SERVER_ERROR',
  'BAD_GATEWAY',
  'SERVICE_UNAVAILABLE',
]);

/** One subscription, across the connections that carry it one after the other. */
export class LiveSubscription {
  readonly id: number;
  readonly #op: Pick<Operation, 'path' | 'input'>;
  readonly #subscriber: Subscriber;
  /** The last place that the server gave; everything after it is still to come. */
  #place: string | null = null;
  #failures = 0;
  #runs = false;

  constructor(id: number, op: Pick<Operation, 'path' | 'input'>, subscriber: Subscriber) {
    this.id = id;
    this.#op = op;
    this.#subscriber = subscriber;
    this.#tell('connecting', null);
  }

  /** What the next connection is asked for. */
  wanted(): WantedSubscription {
    const { path, input } = this.#op;
    return {
      id: this.id,
      path,
      ...(input === undefined ? {} : { input: SuperJSON.serialize(input) }),
      ...(this.#place === null ? {} : { lastEventId: this.#place }),
    };
  }

  begun(place: string): void {
    this.#place = place;
    this.#failures = 0;
    if (this.#runs) return;
    this.#runs = true;
    this.#subscriber.next({ result: { type: 'started' } });
    this.#subscriber.next({ result: { type: 'state', state: 'pending', error: null } });
  }

  event(place: string, data: unknown): void {
    this.#place = place;
    this.#subscriber.next({ result: { id: place, data: { id: place, data } } });
  }

  /** Whether a failure is worth another try: one that runs already is not given up for its rate. */
  mayTryAgain({ code, reason }: SlimyError): boolean {
    return (
      reason === 'unreachable' ||
      passingCodes.has(code) ||
      (reason === 'rate_limited' && this.#place !== null)
    );
  }

  /** Tells that it does not run for now; gives the milliseconds to wait before it is tried again. */
  interrupted(error: SlimyError): number {
    this.#runs = false;
    this.#failures += 1;
    this.#tell('connecting', error);
    return Math.max(backoffMs(this.#failures), (error.retryAfterSeconds ?? 0) * 1_000);
  }

  refused(error: SlimyError): void {
    this.#subscriber.error(error);
  }

  ended(): void {
    this.#subscriber.next({ result: { type: 'stopped' } });
    this.#subscriber.next({ result: { type: 'state', state: 'idle', error: null } });
    this.#subscriber.complete();
  }

  #tell(state: 'connecting', error: SlimyError | null): void {
    this.#subscriber.next({ result: { type: 'state', state, error } });
  }
}
