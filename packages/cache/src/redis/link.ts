import { publishRedisAway, publishRedisBack } from '../events.js';
import type { CacheLimits, CacheLogger, RedisSettings } from '../options.js';
import { connectRedis } from './connect.js';
import { NoAnswer, withDeadline } from './deadline.js';
import type { RedisPort } from './port.js';

/**
 * `away`: nothing is asked of Redis but a probe. `regaining`: it answers, and what must be made
 * right before its data can be trusted is under way. `trusted`: in use.
 */
export type LinkState = 'away' | 'regaining' | 'trusted';

export interface LinkOptions {
  readonly settings: RedisSettings;
  readonly limits: CacheLimits;
  readonly logger: CacheLogger | undefined;
  /**
   * Runs before Redis is trusted (again), with the fingerprint of the servers that hold the data;
   * when it throws, it is tried again a little later.
   */
  readonly regain: (port: RedisPort, fingerprint: string) => Promise<void>;
}

/** How often it is looked whether other servers hold the data. */
const watchMs = 1_000;
/** Regaining that takes longer, because the journal does not answer, is begun anew. */
const regainMs = 10_000;

/** Watches one Redis: opens the breaker after failures in a row, probes, and regains trust. */
export class RedisLink {
  readonly port: RedisPort;
  readonly #options: LinkOptions;
  readonly #shown: string;
  #state: LinkState = 'away';
  #failures = 0;
  #answers = 0;
  /** When a command that was not answered in time was last counted. */
  #silentUntil = 0;
  /** Grows whenever the connection or the trust is lost: what was begun before counts no more. */
  #life = 0;
  #probe: NodeJS.Timeout | undefined;
  #fingerprint = '';
  readonly #watch: NodeJS.Timeout;
  #reported: 'nothing' | 'gone' | 'back' = 'nothing';
  #closed = false;
  #waiting: (() => void)[] = [];

  constructor(options: LinkOptions) {
    this.#options = options;
    const { port, shown } = connectRedis(options.settings, {
      up: () => this.#schedule(0),
      down: (reason) => this.#lose(reason),
    });
    this.port = port;
    this.#shown = shown;
    this.#watch = setInterval(() => {
      void this.#checkServers();
    }, watchMs);
    this.#watch.unref();
  }

  get state(): LinkState {
    return this.#state;
  }

  get trusted(): boolean {
    return this.#state === 'trusted';
  }

  /** The breaker as people know it. */
  get breaker(): 'closed' | 'open' | 'half-open' {
    return this.#state === 'trusted' ? 'closed' : this.#state === 'away' ? 'open' : 'half-open';
  }

  /** Milliseconds of one exchange now; `null` when there was no answer. */
  async latency(): Promise<number | null> {
    if (!this.port.connected) {
      return null;
    }
    const startedAt = performance.now();
    try {
      await withDeadline(this.port.send([['PING']]), this.#options.limits.commandMs);
      return performance.now() - startedAt;
    } catch {
      return null;
    }
  }

  /** A command was answered. */
  succeeded(): void {
    this.#answers += 1;
    this.#failures = 0;
  }

  /** Answers so far: two equal numbers mean that nothing came in between. */
  get answers(): number {
    return this.#answers;
  }

  /** A command, asked at an instant of `performance.now()`, failed or was not answered in time. */
  failed(error: unknown, askedAt: number): void {
    if (error instanceof NoAnswer) {
      // Commands that wait in one silence fail together, and are one failure: a busy machine stands still at times.
      if (askedAt < this.#silentUntil) {
        return;
      }
      this.#silentUntil = performance.now();
    }
    this.#failures += 1;
    if (this.#state === 'trusted' && this.#failures >= this.#options.limits.breakerFailures) {
      this.#lose(error instanceof Error ? error.message : String(error));
      this.#schedule(this.#options.limits.probeMs);
    }
  }

  /**
   * Runs one exchange with Redis under a deadline, and counts how it went.
   * @throws when it fails or is late
   */
  ask<T>(exchange: (port: RedisPort) => Promise<T>, milliseconds: number): Promise<T> {
    const answers = this.#answers;
    const askedAt = performance.now();
    return withDeadline(exchange(this.port), milliseconds).then(
      (answer) => {
        this.succeeded();
        return answer;
      },
      (error: unknown) => {
        // While other answers arrive, Redis is busy, not away.
        if (!(error instanceof NoAnswer) || answers === this.#answers) {
          this.failed(error, askedAt);
        }
        throw error;
      },
    );
  }

  /** Resolves to whether Redis is trusted, as soon as it is, or after `milliseconds`. */
  async whenTrusted(milliseconds: number): Promise<boolean> {
    if (this.trusted || this.#closed) {
      return this.trusted;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    return this.trusted;
  }

  close(): void {
    this.#closed = true;
    this.#life += 1;
    this.#state = 'away';
    clearTimeout(this.#probe);
    clearInterval(this.#watch);
    this.port.close();
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) {
      resume();
    }
  }

  #lose(reason: string): void {
    this.#life += 1;
    this.#state = 'away';
    if (this.#reported !== 'gone') {
      this.#reported = 'gone';
      publishRedisAway(reason);
      this.#options.logger?.warn(
        `Redis at ${this.#shown} is away (${reason}); going on without the shared cache`,
      );
    }
  }

  #schedule(milliseconds: number): void {
    if (this.#closed) {
      return;
    }
    clearTimeout(this.#probe);
    this.#probe = setTimeout(() => {
      void this.#tryToRegain();
    }, milliseconds);
    this.#probe.unref();
  }

  async #tryToRegain(): Promise<void> {
    // Without a connection there is nothing to probe: its return schedules the next attempt.
    if (this.#closed || this.trusted || this.#state === 'regaining' || !this.port.connected) {
      return;
    }
    const life = this.#life;
    try {
      await withDeadline(this.port.send([['PING']]), this.#options.limits.commandMs);
      if (life === this.#life) {
        this.#state = 'regaining';
        this.#fingerprint = await this.port.fingerprint();
        await withDeadline(this.#options.regain(this.port, this.#fingerprint), regainMs);
      }
    } catch (error) {
      if (life === this.#life) {
        this.#lose(error instanceof Error ? error.message : String(error));
        this.#schedule(this.#options.limits.probeMs);
      }
      return;
    }
    if (life === this.#life && !this.#closed) {
      this.#state = 'trusted';
      this.#failures = 0;
      this.#report();
      this.#wake();
    }
  }

  /** A failover can leave the connection standing: the servers tell by their fingerprint. */
  async #checkServers(): Promise<void> {
    if (!this.trusted) {
      return;
    }
    const life = this.#life;
    try {
      const now = await this.ask((port) => port.fingerprint(), this.#options.limits.commandMs);
      if (life === this.#life && now !== this.#fingerprint) {
        this.#lose('other servers hold the data now');
        this.#schedule(0);
      }
    } catch {
      // Counted as a failure: the third in a row opens the breaker.
    }
  }

  #report(): void {
    if (this.#reported === 'gone') {
      publishRedisBack();
      this.#options.logger?.info(`Redis at ${this.#shown} is back; the shared cache is in use`);
    }
    this.#reported = 'back';
  }
}
