import { randomBytes } from 'node:crypto';
import type { RedisPort, RedisSubscription } from './redis/port.js';

/** What one process tells the others. */
interface ChangeMessage {
  /** Who says it, */
  readonly from: string;
  /** and the how-manieth message of theirs it is: a jump means that one was missed. */
  readonly number: number;
  readonly names: readonly string[];
  /** The new epoch; absent while a writer is at work. */
  readonly epoch?: number;
}

function isChangeMessage(value: unknown): value is ChangeMessage {
  return (
    typeof value === 'object' &&
    value !== null &&
    'from' in value &&
    typeof value.from === 'string' &&
    'number' in value &&
    typeof value.number === 'number' &&
    'names' in value &&
    Array.isArray(value.names) &&
    value.names.every((name) => typeof name === 'string') &&
    (!('epoch' in value) || typeof value.epoch === 'number')
  );
}

function parse(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}

export interface ChangeListener {
  changed(names: readonly string[], epoch: number | undefined): void;
  /** Messages may have been missed. */
  gap(): void;
}

/** Senders remembered; beyond that the oldest is forgotten, which only costs a gap. */
const mostSenders = 1_000;

/** The messages by which processes keep each other's in-process tiers current. */
export class Changes {
  readonly #origin = randomBytes(9).toString('base64url');
  readonly #subscription: RedisSubscription;
  readonly #listener: ChangeListener;
  readonly #numbers = new Map<string, number>();
  #sent = 0;

  constructor(port: RedisPort, channel: string, listener: ChangeListener) {
    this.#listener = listener;
    this.#subscription = port.subscribe(channel, {
      message: (text) => this.#receive(text),
      subscribed: () => {
        this.#numbers.clear();
        listener.gap();
      },
      lost: () => {},
    });
  }

  /** Whether messages of others arrive. */
  get live(): boolean {
    return this.#subscription.live;
  }

  /** The text of the next message of this process. */
  next(names: readonly string[], epoch?: number): string {
    this.#sent += 1;
    const message: ChangeMessage = {
      from: this.#origin,
      number: this.#sent,
      names,
      ...(epoch === undefined ? {} : { epoch }),
    };
    return JSON.stringify(message);
  }

  #receive(text: Buffer): void {
    const message = parse(text);
    if (!isChangeMessage(message)) {
      this.#listener.gap();
      return;
    }
    if (message.from === this.#origin) {
      return;
    }
    const last = this.#numbers.get(message.from);
    if (last === undefined && this.#numbers.size >= mostSenders) {
      this.#numbers.clear();
    }
    this.#numbers.set(message.from, Math.max(message.number, last ?? 0));
    if (last !== undefined && message.number > last + 1) {
      this.#listener.gap();
    }
    this.#listener.changed(message.names, message.epoch);
  }
}
