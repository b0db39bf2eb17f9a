/** What can go wrong with an answer. Times in milliseconds unless the name says otherwise. */
export type Fault =
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number; readonly global?: boolean }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** A success whose JSON is cut in the middle. */
  | { readonly kind: 'malformed' }
  /** No answer until the fake stops or the caller gives up. */
  | { readonly kind: 'hang' }
  /** The connection is cut instead of answered. */
  | { readonly kind: 'cut' };

/** The faults that wait for the next requests. */
export class FaultPlan {
  readonly #planned: { route: string; fault: Fault; left: number }[] = [];

  /**
   * The next `times` requests of a route (named as `GET /guilds/:guildId`, or `*` for any) meet this fault.
   * Faults of one route happen in the order they were planned.
   */
  next(route: string, fault: Fault, times = 1): void {
    this.#planned.push({ route, fault, left: times });
  }

  /** Every request of a route meets this fault until `clear`. */
  always(route: string, fault: Fault): void {
    this.next(route, fault, Number.POSITIVE_INFINITY);
  }

  clear(): void {
    this.#planned.length = 0;
  }

  /** The fault the given request meets; uses it up. */
  take(route: string): Fault | null {
    const index = this.#planned.findIndex((plan) => plan.route === route || plan.route === '*');
    const plan = this.#planned[index];
    if (!plan) return null;
    plan.left -= 1;
    if (plan.left <= 0) this.#planned.splice(index, 1);
    return plan.fault;
  }
}
