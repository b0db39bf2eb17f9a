import type { FakeGateway } from './gateway.js';
import type { RequestLog } from './request-log.js';

/** What a correct program never does to Discord, and which of it a suite does on purpose. */
export class Mistakes {
  readonly #log: RequestLog;
  readonly #gateway: FakeGateway;
  readonly #expected: string[] = [];

  constructor(log: RequestLog, gateway: FakeGateway) {
    this.#log = log;
    this.#gateway = gateway;
  }

  /** Declares that a mistake whose description has these words is made, once or more often. */
  expect(words: string): void {
    this.#expected.push(words);
  }

  /** Throws when a mistake was made that nobody declared, or one that was declared was not made. */
  assertExpected(): void {
    const broken = this.#gateway.refusals.map(({ code, reason }) => `gateway closed with ${code}: ${reason}`);
    const made = [...this.#log.mistakes(), ...broken];
    const surprising = made.filter((mistake) => !this.#expected.some((words) => mistake.includes(words)));
    if (surprising.length > 0) throw new Error(`Discord was used wrongly:\n${surprising.join('\n')}`);
    const missing = this.#expected.filter((words) => !made.some((mistake) => mistake.includes(words)));
    if (missing.length > 0) {
      throw new Error(`Discord was expected to be used wrongly, and was not: ${missing.join(', ')}`);
    }
  }
}
