import { z } from 'zod';
import { AppError } from '../errors.js';

const rateLimitBody = z.object({ retry_after: z.number().min(0) });

/** Where Discord is, and how long it may take. */
export interface TransportOptions {
  /** Discord's API without version, such as `https://discord.com/api`. */
  readonly apiBase: string;
  /** The longest a question may take, waiting for rate limits included, in milliseconds. */
  readonly deadlineMs?: number;
}

/** One question to Discord. */
export interface DiscordRequest {
  /** Path below the version, with a leading slash. */
  readonly path: string;
  readonly authorization: string;
  /** Sent as a form by POST; a GET without it. */
  readonly form?: Readonly<Record<string, string>>;
}

/** What Discord answered; `body` is null where it was no JSON. */
export interface DiscordAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Discord did not answer, or not in a way that we understand. */
export const discordUnavailable = (cause?: unknown) =>
  new AppError('discord_unavailable', 'Discord did not answer. Try again in a minute.', { cause });

/** Waits, but not past the deadline: there the signal's reason is thrown. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(discordUnavailable(signal.reason));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Asks Discord over `fetch`: bounded in time, patient with 429 and 5xx as far as the deadline allows. */
export class DiscordTransport {
  readonly #options: TransportOptions;
  /** Until when Discord asked each bearer of a token to be silent. */
  readonly #silentUntil = new Map<string, number>();

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** Resolves any answer below 500 but 429. @throws AppError `discord_unavailable` */
  async ask(request: DiscordRequest): Promise<DiscordAnswer> {
    const { deadlineMs = 5000 } = this.#options;
    const signal = AbortSignal.timeout(deadlineMs);
    for (let attempt = 0; ; attempt += 1) {
      const wait = (this.#silentUntil.get(request.authorization) ?? 0) - Date.now();
      if (wait > deadlineMs) throw discordUnavailable();
      if (wait > 0) await pause(wait, signal);
      const response = await this.#send(request, signal);
      const body: unknown = await response.json().catch(() => null);
      if (response.status === 429) this.#beSilent(request.authorization, response, body);
      else if (response.status < 500) return { status: response.status, body };
      // A form may have been carried out all the same: a code or a refresh token is good once.
      else if (attempt >= 2 || request.form) throw discordUnavailable();
      else await pause(200 * 2 ** attempt, signal);
    }
  }

  async #send({ path, authorization, form }: DiscordRequest, signal: AbortSignal): Promise<Response> {
    const headers = { authorization, 'user-agent': 'DiscordBot (https://github.com/slimy, 0.1)' };
    const sent = form ? { method: 'POST', body: new URLSearchParams(form) } : { method: 'GET' };
    try {
      return await fetch(`${this.#options.apiBase}/v10${path}`, {
        ...sent,
        headers,
        redirect: 'error',
        signal,
      });
    } catch (error) {
      throw discordUnavailable(error);
    }
  }

  #beSilent(authorization: string, response: Response, body: unknown): void {
    const told = rateLimitBody.safeParse(body);
    const header = Number(response.headers.get('retry-after'));
    const seconds = told.success ? told.data.retry_after : header;
    const wait = Number.isFinite(seconds) ? Math.max(seconds, 0.05) : 1;
    const now = Date.now();
    for (const [known, until] of this.#silentUntil) if (until <= now) this.#silentUntil.delete(known);
    const until = Math.max(this.#silentUntil.get(authorization) ?? 0, now + wait * 1000);
    this.#silentUntil.set(authorization, until);
  }
}
