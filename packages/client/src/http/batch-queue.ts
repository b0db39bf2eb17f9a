import type { Call, Outcome } from './call.js';
import type { HttpTransport } from './transport.js';

interface Waiting {
  readonly call: Call;
  readonly settle: (outcome: Outcome) => void;
}

/** Node's `setImmediate` waits for less than the millisecond of its timers; browsers have only those. */
const soon: (run: () => void) => void =
  typeof setImmediate === 'function' ? (run) => void setImmediate(run) : (run) => void setTimeout(run, 0);

/** Gathers the queries of one moment and sends those for the same person together. */
export class BatchQueue {
  readonly #transport: HttpTransport;
  #waiting: Waiting[] = [];

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  /** Sends the call, a mutation at once and alone. Rejects with the signal's reason when that aborts. */
  send(call: Call): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(call.signal.reason);
      if (call.signal.aborted) return onAbort();
      call.signal.addEventListener('abort', onAbort, { once: true });
      const settle = (outcome: Outcome) => {
        call.signal.removeEventListener('abort', onAbort);
        if (outcome.ok) resolve(outcome.data);
        else reject(outcome.error);
      };
      if (call.kind === 'mutation') void this.#dispatch([{ call, settle }]);
      else this.#enqueue({ call, settle });
    });
  }

  #enqueue(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (this.#waiting.length === 1) soon(() => this.#flush());
  }

  #flush(): void {
    const due = this.#waiting.filter(({ call }) => !call.signal.aborted);
    this.#waiting = [];
    const byPerson = new Map<string | null, Waiting[]>();
    for (const waiting of due) {
      const group = byPerson.get(waiting.call.actingAs);
      if (group) group.push(waiting);
      else byPerson.set(waiting.call.actingAs, [waiting]);
    }
    for (const group of byPerson.values()) {
      for (const chunk of this.#chunks(group)) void this.#dispatch(chunk);
    }
  }

  *#chunks(group: readonly Waiting[]): Generator<readonly [Waiting, ...Waiting[]]> {
    let chunk: [Waiting, ...Waiting[]] | null = null;
    for (const waiting of group) {
      if (chunk && this.#transport.fits([...chunk, waiting].map(({ call }) => call))) {
        chunk.push(waiting);
      } else {
        if (chunk) yield chunk;
        chunk = [waiting];
      }
    }
    if (chunk) yield chunk;
  }

  /** One request; it is given up only when all of its calls are. */
  async #dispatch([first, ...others]: readonly [Waiting, ...Waiting[]]): Promise<void> {
    const all = [first, ...others];
    const request = new AbortController();
    const onAbort = () => {
      if (all.every(({ call }) => call.signal.aborted)) request.abort(first.call.signal.reason);
    };
    for (const { call } of all) call.signal.addEventListener('abort', onAbort, { once: true });
    const outcomes = await this.#transport.send(
      [first.call, ...others.map(({ call }) => call)],
      request.signal,
    );
    all.forEach(({ call, settle }, index) => {
      call.signal.removeEventListener('abort', onAbort);
      const outcome = outcomes[index];
      if (outcome) settle(outcome);
    });
  }
}
