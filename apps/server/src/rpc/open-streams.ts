import type { ServerResponse } from 'node:http';

/** The event streams that are open now; they never end by themselves, so whoever stops the server ends them. */
export class OpenStreams {
  readonly #answers = new Set<ServerResponse>();

  get count(): number {
    return this.#answers.size;
  }

  /** Keeps an answer until its connection is gone. */
  add(answer: ServerResponse): void {
    this.#answers.add(answer);
    answer.once('close', () => this.#answers.delete(answer));
  }

  /** Ends all streams; their clients come back by themselves, then to a server that runs. */
  endAll(): void {
    for (const answer of this.#answers) answer.destroy();
  }
}
