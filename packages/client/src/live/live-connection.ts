import { limits, type LiveMessage, type WantedSubscription } from '@slimy/contract';
import type { Operation } from '@trpc/client';
import { SuperJSON, type SuperJSONResult } from 'superjson';
import { errorFromShape, isSlimyError, SlimyError } from '../errors.js';
import type { ResolvedOptions } from '../options.js';
import { LiveStream } from './live-stream.js';
import { LiveSubscription, type Subscriber } from './live-subscription.js';

/** Characters that the place of a subscription may grow by while it runs. */
const ROOM_FOR_PLACE = 60;

function addressOf(endpoint: string, list: readonly WantedSubscription[]): string {
  return `${endpoint}-live?list=${encodeURIComponent(JSON.stringify(list))}`;
}

function isEnvelope(value: unknown): value is SuperJSONResult {
  return typeof value === 'object' && value !== null && 'json' in value;
}

function valueOf(wire: unknown): unknown {
  if (isEnvelope(wire)) return SuperJSON.deserialize(wire);
  throw new SlimyError('unreadable_answer', 'The stream holds a value this client does not understand.');
}

/**
 * The one event stream that carries all subscriptions made for one acting person. When their set changes it is
 * closed, and opened anew from where each of them stands: the server reads on from there, so that nothing is
 * skipped, and nothing comes twice because the old stream is not listened to any more.
 */
export class LiveConnection {
  readonly #options: ResolvedOptions;
  readonly #actingAs: string | null;
  readonly #subscriptions = new Map<number, LiveSubscription>();
  /** Those the open stream carries still. */
  #carried = new Set<number>();
  #stream: LiveStream | null = null;
  #next: { readonly timer: ReturnType<typeof setTimeout>; readonly at: number } | null = null;
  #lastId = 0;

  constructor(options: ResolvedOptions, actingAs: string | null) {
    this.#options = options;
    this.#actingAs = actingAs;
  }

  /** Takes a subscription along; what it gives takes it out again. */
  add(op: Pick<Operation, 'path' | 'input'>, subscriber: Subscriber): () => void {
    this.#lastId += 1;
    const subscription = new LiveSubscription(this.#lastId, op, subscriber);
    if (!this.#hasRoomFor(subscription)) {
      subscription.refused(
        new SlimyError(
          'rate_limited',
          `One client holds at most ${limits.liveSubscriptionsMax} subscriptions, whose inputs fit into one address. End one that is not needed.`,
          { code: 'TOO_MANY_REQUESTS' },
        ),
      );
      return () => {};
    }
    this.#subscriptions.set(subscription.id, subscription);
    this.#openIn(0);
    return () => this.#remove(subscription.id);
  }

  #hasRoomFor(subscription: LiveSubscription): boolean {
    const all = [...this.#subscriptions.values(), subscription];
    const list = all.map((one) => one.wanted());
    const text = encodeURIComponent(JSON.stringify(list)).length + all.length * ROOM_FOR_PLACE;
    return all.length <= limits.liveSubscriptionsMax && text <= limits.liveListMax;
  }

  #remove(id: number): void {
    if (!this.#subscriptions.delete(id)) return;
    if (this.#subscriptions.size === 0) this.#close();
    else if (this.#carried.has(id)) this.#openIn(0);
  }

  /** Opens the stream anew after so many milliseconds, unless that happens sooner anyway. */
  #openIn(ms: number): void {
    const at = Date.now() + ms;
    if (this.#next !== null && this.#next.at <= at) return;
    clearTimeout(this.#next?.timer);
    this.#next = { timer: setTimeout(() => this.#open(), ms), at };
  }

  #close(): void {
    clearTimeout(this.#next?.timer);
    this.#next = null;
    this.#stream?.close();
    this.#stream = null;
    this.#carried = new Set();
  }

  #open(): void {
    this.#close();
    if (this.#subscriptions.size === 0) return;
    this.#carried = new Set(this.#subscriptions.keys());
    const list = [...this.#subscriptions.values()].map((subscription) => subscription.wanted());
    this.#stream = LiveStream.open(addressOf(this.#options.endpoint, list), this.#options, this.#actingAs, {
      onMessage: (message) => this.#take(message),
      onOver: (error) => this.#over(error),
    });
  }

  /** Hands a message on. One that cannot be taken ends its own subscription and no other. */
  #take(message: LiveMessage): void {
    const subscription = this.#subscriptions.get(message.id);
    if (!subscription) return;
    try {
      this.#tell(subscription, message);
    } catch (cause) {
      this.#remove(subscription.id);
      subscription.refused(
        isSlimyError(cause)
          ? cause
          : new SlimyError('unreadable_answer', 'What came could not be taken.', { cause }),
      );
    }
  }

  #tell(subscription: LiveSubscription, message: LiveMessage): void {
    switch (message.type) {
      case 'begun':
        subscription.begun(message.place);
        return;
      case 'event':
        subscription.event(message.place, valueOf(message.data));
        return;
      case 'failed':
        this.#failed(subscription, errorFromShape(valueOf(message.error)));
        return;
      case 'ended':
        this.#drop(subscription);
        subscription.ended();
    }
  }

  /** One that failed for a passing reason is tried again; any other is told why, and is gone. */
  #failed(subscription: LiveSubscription, error: SlimyError): void {
    this.#carried.delete(subscription.id);
    if (subscription.mayTryAgain(error)) {
      this.#openIn(subscription.interrupted(error));
      return;
    }
    this.#drop(subscription);
    subscription.refused(error);
  }

  /** The whole stream is over: for those it carried still, as if each had failed. */
  #over(error: SlimyError): void {
    this.#stream = null;
    for (const id of this.#carried) {
      const subscription = this.#subscriptions.get(id);
      if (subscription) this.#failed(subscription, error);
    }
  }

  #drop({ id }: LiveSubscription): void {
    this.#carried.delete(id);
    this.#subscriptions.delete(id);
    if (this.#subscriptions.size === 0) this.#close();
  }
}
