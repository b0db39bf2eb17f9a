/** When the database last answered this process. */
export interface DatabaseContact {
  /** When the last statement that was answered had been sent, in milliseconds of `performance.now()`. */
  readonly answeredAt: number;
  /** Whether what was asked of it since then came to nothing: no connection, or no answer in time. */
  readonly away: boolean;
}

/** Of a database server: written by whoever sends statements. */
export class ServerContact implements DatabaseContact {
  #answeredAt = performance.now();
  #lostAt = -1;

  get answeredAt(): number {
    return this.#answeredAt;
  }

  get away(): boolean {
    return this.#lostAt > this.#answeredAt;
  }

  /** Something sent at that moment was answered, be it with a refusal. */
  answered(sentAt: number): void {
    if (sentAt > this.#answeredAt) this.#answeredAt = sentAt;
  }

  /** Something sent at that moment came to nothing. */
  lost(sentAt: number): void {
    if (sentAt > this.#lostAt) this.#lostAt = sentAt;
  }
}

/** Of the embedded file, which is where the process is. */
export const embeddedContact: DatabaseContact = {
  get answeredAt() {
    return performance.now();
  },
  away: false,
};
