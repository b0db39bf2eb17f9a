import { load } from './load.js';
import { signIn, type SlimyServer } from './slimy.js';

/** The answers of a load in which a session is revoked half-way, counted on both sides. */
export interface RevocationCounts {
  /** Calls that began before the revocation was confirmed: most are answered, the last ones may be refused. */
  readonly before: { readonly answered: number; readonly refused: number };
  /** Calls that began after that: every one must be refused. */
  readonly after: { readonly refused: number; readonly letThrough: number };
}

/** Counts answers by the side of the revocation on which their call began. */
export class RevocationCounter {
  readonly #before = { answered: 0, refused: 0 };
  readonly #after = { refused: 0, letThrough: 0 };
  #confirmedAt = Number.POSITIVE_INFINITY;

  /** The revocation was confirmed at this instant of `performance.now()`. */
  confirm(at: number): void {
    this.#confirmedAt = at;
  }

  /** One answer to a call that began at this instant of `performance.now()`. */
  count(status: number, beganAt: number): void {
    const refused = status === 401;
    if (beganAt <= this.#confirmedAt) this.#before[refused ? 'refused' : 'answered'] += 1;
    else this.#after[refused ? 'refused' : 'letThrough'] += 1;
  }

  /** @throws Error when one side saw no calls, or calls before were not answered: nothing was measured then. */
  counts(): RevocationCounts {
    if (this.#before.answered === 0 || this.#after.refused + this.#after.letThrough === 0) {
      throw new Error(
        `The load did not reach both sides of the revocation: ${this.#before.answered} answers before it, ${this.#after.refused} refusals after it.`,
      );
    }
    return { before: { ...this.#before }, after: { ...this.#after } };
  }
}

/** Revokes a session half-way of a measured load that uses it. */
export async function revokeHalfWay(server: SlimyServer, seconds: number): Promise<RevocationCounts> {
  const cookie = await signIn(server.origin);
  const counter = new RevocationCounter();
  const measured = load(server.url, { cookie }, seconds, (status, tookMs) =>
    counter.count(status, performance.now() - tookMs),
  );
  await new Promise((resolve) => setTimeout(resolve, (seconds * 1_000) / 2));
  const answer = await fetch(`${server.origin}/auth/logout`, {
    method: 'POST',
    headers: { cookie, origin: server.origin },
  });
  counter.confirm(performance.now());
  await measured;
  if (!answer.ok) throw new Error(`Signing out failed: ${answer.status}`);
  return counter.counts();
}
