import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Where lines about the bot go. */
interface BotLog {
  info(message: string): void;
  warn(message: string): void;
}

export interface BotProcessOptions {
  /** The bot's program; it runs with this process's environment. */
  readonly program: string;
  /** Settings that this process has worked out, instead of what its environment says. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log: BotLog;
  /** Milliseconds before the first restart; doubled with each further one up to a minute. Default 1,000. */
  readonly firstDelayMs?: number;
}

const LONGEST_DELAY_MS = 60_000;
/** A bot that ran this long was well: its next restart is quick again. */
const WELL_AFTER_MS = 60_000;
/** What the bot exits with when starting it again cannot help, such as a token Discord refuses. */
const EXIT_HOPELESS = 78;

/** The bot as a process of its own, started with the server, started again when it ends, stopped with it. */
export class BotProcess {
  readonly #options: BotProcessOptions;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #delayMs: number;
  #stopping = false;

  constructor(options: BotProcessOptions) {
    this.#options = options;
    this.#delayMs = options.firstDelayMs ?? 1_000;
  }

  start(): void {
    const { program, log, settings = {} } = this.#options;
    const began = Date.now();
    const env = { ...process.env, ...settings };
    for (const name of Object.keys(settings)) delete env[`${name}_FILE`];
    // The channel tells the bot when this process is gone, however it went.
    const child = spawn(process.execPath, [program], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env,
    });
    this.#child = child;
    child.once('error', (error) => log.warn(`The bot could not be started: ${error.message}`));
    child.once('exit', (code, signal) => this.#ended(signal ?? `code ${code}`, code, Date.now() - began));
  }

  /** Stops the bot: asks, and after `graceMs` insists. Resolves when it is gone. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const insist = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await gone;
    clearTimeout(insist);
  }

  #ended(how: string, code: number | null, ranMs: number): void {
    if (this.#stopping) return;
    const { log, firstDelayMs = 1_000 } = this.#options;
    if (code === EXIT_HOPELESS) {
      log.warn('The bot ended and said that starting it again would not help; its lines above say why.');
      return;
    }
    if (ranMs >= WELL_AFTER_MS) this.#delayMs = firstDelayMs;
    log.warn(`The bot ended (${how}); it is started again in ${Math.ceil(this.#delayMs / 1000)} s.`);
    this.#timer = setTimeout(() => this.start(), this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_DELAY_MS);
  }
}
