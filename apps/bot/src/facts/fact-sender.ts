import type { Logger } from '../logger.js';
import { backoffMs } from './backoff.js';
import { verdictOn } from './failures.js';
import { deliver, type DeliveryDependencies } from './guild-delivery.js';
import type { GuildFact, MemberFact } from './member-facts.js';
import { WaitingFacts } from './waiting-facts.js';

/** The pace of sending, in milliseconds unless the name says otherwise. */
export interface FactPace {
  /** How long facts of a guild gather before they are sent. */
  readonly gatherMs: number;
  /** Guilds told of at the same time. */
  readonly parallel: number;
  /** The first and the longest wait while the API is away. */
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
}

export const defaultPace: FactPace = { gatherMs: 500, parallel: 4, retryBaseMs: 1000, retryMaxMs: 60_000 };

/**
 * Brings facts of the gateway to the API: gathered by guild, a few guilds at a time, kept while the API is
 * away. Memory is bounded by the number of guilds. What is lost with the process is read anew at its start.
 */
export class FactSender {
  readonly #dependencies: DeliveryDependencies;
  readonly #logger: Logger;
  readonly #pace: FactPace;
  readonly #waiting = new Map<string, WaitingFacts>();
  readonly #gathering = new Map<string, NodeJS.Timeout>();
  readonly #ready = new Set<string>();
  readonly #sending = new Set<string>();
  /** Guilds that nobody connected: facts of their members are not wanted. */
  readonly #unconnected = new Set<string>();
  readonly #whenIdle: (() => void)[] = [];
  #failures = 0;
  #pause: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(dependencies: DeliveryDependencies, logger: Logger, pace: FactPace = defaultPace) {
    this.#dependencies = dependencies;
    this.#logger = logger;
    this.#pace = pace;
  }

  /** The guilds whose facts the API did not want, oldest first. */
  get unconnected(): readonly string[] {
    return [...this.#unconnected];
  }

  /** Something about the guild itself; with `everybody` its members are read and told as well. */
  guildChanged(fact: GuildFact, everybody: boolean): void {
    const waiting = this.#of(fact.guildId);
    waiting.guild = fact;
    // Whether the guild is wanted by now is what the API answers to this.
    const wasUnconnected = this.#unconnected.delete(fact.guildId);
    if (everybody || wasUnconnected) waiting.everybody = fact.botPresent;
    this.#gather(fact.guildId);
  }

  memberChanged(guildId: string, fact: MemberFact): void {
    if (this.#unconnected.has(guildId)) return;
    this.#of(guildId).addMember(fact);
    this.#gather(guildId);
  }

  /** Everybody's permissions may have changed at once. */
  everybodyChanged(guildId: string): void {
    if (this.#unconnected.has(guildId)) return;
    this.#of(guildId).everybody = true;
    this.#gather(guildId);
  }

  /** Resolves when nothing waits any more. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
      this.#settle();
    });
  }

  /** Sends what waits now, for at most `withinMs`; takes nothing afterwards. */
  async stop(withinMs: number): Promise<void> {
    for (const guildId of this.#gathering.keys()) this.#makeReady(guildId);
    if (this.#pause) clearTimeout(this.#pause);
    this.#pause = null;
    this.#pump();
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([this.idle(), enough]);
    clearTimeout(timer);
    this.#stopped = true;
    if (this.#pause) clearTimeout(this.#pause);
    for (const gathering of this.#gathering.values()) clearTimeout(gathering);
  }

  #of(guildId: string): WaitingFacts {
    const waiting = this.#waiting.get(guildId) ?? new WaitingFacts();
    this.#waiting.set(guildId, waiting);
    return waiting;
  }

  #gather(guildId: string): void {
    if (this.#stopped || this.#gathering.has(guildId) || this.#ready.has(guildId)) return;
    this.#gathering.set(
      guildId,
      setTimeout(() => this.#makeReady(guildId), this.#pace.gatherMs),
    );
  }

  #makeReady(guildId: string): void {
    clearTimeout(this.#gathering.get(guildId));
    this.#gathering.delete(guildId);
    this.#ready.add(guildId);
    this.#pump();
  }

  #pump(): void {
    for (const guildId of this.#ready) {
      if (this.#stopped || this.#pause || this.#sending.size >= this.#pace.parallel) break;
      if (this.#sending.has(guildId)) continue;
      this.#ready.delete(guildId);
      void this.#send(guildId);
    }
    this.#settle();
  }

  async #send(guildId: string): Promise<void> {
    const waiting = this.#of(guildId);
    this.#sending.add(guildId);
    try {
      const wanted = await deliver(this.#dependencies, guildId, waiting);
      if (!wanted) this.#unconnected.add(guildId);
      if (this.#failures > 0) this.#logger.info({}, 'Facts reach the API again');
      this.#failures = 0;
    } catch (error) {
      this.#failed(guildId, waiting, error);
    } finally {
      this.#sending.delete(guildId);
      if (waiting.isEmpty) this.#waiting.delete(guildId);
      else this.#gather(guildId);
      this.#pump();
    }
  }

  #failed(guildId: string, waiting: WaitingFacts, error: unknown): void {
    const verdict = verdictOn(error);
    if (verdict.kind === 'unknown-guild') {
      waiting.guild = null;
      waiting.dropMembers();
      this.#unconnected.add(guildId);
      return;
    }
    if (verdict.kind === 'drop') {
      this.#logger.error(
        { guildId, reason: verdict.reason },
        'The API cannot take these facts; they are dropped',
      );
      waiting.guild = null;
      waiting.dropMembers();
      return;
    }
    this.#failures += 1;
    if (this.#failures === 1) {
      this.#logger.warn({ reason: verdict.reason }, 'Facts wait: the API did not take them');
    }
    const waitMs =
      verdict.afterMs ?? backoffMs(this.#failures, this.#pace.retryBaseMs, this.#pace.retryMaxMs);
    if (this.#pause) clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#pause = null;
      this.#pump();
    }, waitMs);
  }

  #settle(): void {
    if (this.#waiting.size > 0 || this.#sending.size > 0 || this.#gathering.size > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
