import { limits, type LiveMessage } from '@slimy/contract';
import { asSlimyError, SlimyError } from '../errors.js';
import { readAnswer } from '../http/answer.js';
import { requestHeaders } from '../http/request-headers.js';
import type { ResolvedOptions } from '../options.js';
import { StreamText } from './stream-text.js';

/** Who listens to a stream. */
export interface LiveStreamListener {
  readonly onMessage: (message: LiveMessage) => void;
  /** Told once that the stream is over, and why; never after it was closed. */
  readonly onOver: (error: SlimyError) => void;
}

const brokenOff = () => new SlimyError('unreachable', 'The stream broke off.');

/** Why an answer is no stream. */
async function refusalOf(response: Response): Promise<SlimyError> {
  const [outcome] = await readAnswer(response, 1, false);
  if (response.ok || !outcome || outcome.ok) {
    return new SlimyError(
      'unreachable',
      `The stream could not be opened: HTTP ${response.status} and no stream.`,
    );
  }
  return asSlimyError(outcome.error);
}

/**
 * One connection, from its request to its end. It is read by `fetch` and not by an EventSource: that cannot send
 * headers, hides why it was refused, and comes back by itself to an address that names old places.
 */
export class LiveStream {
  readonly #listener: LiveStreamListener;
  readonly #over = new AbortController();
  #silence: ReturnType<typeof setTimeout> | undefined;

  private constructor(listener: LiveStreamListener) {
    this.#listener = listener;
  }

  /** Opens the stream at an address. */
  static open(
    url: string,
    options: ResolvedOptions,
    actingAs: string | null,
    listener: LiveStreamListener,
  ): LiveStream {
    const stream = new LiveStream(listener);
    void stream.#run(url, options, actingAs);
    return stream;
  }

  /** Ends the stream; nothing of it is told any more. */
  close(): void {
    clearTimeout(this.#silence);
    this.#over.abort();
  }

  async #run(url: string, options: ResolvedOptions, actingAs: string | null): Promise<void> {
    const { signal } = this.#over;
    try {
      this.#heard();
      const headers = { ...(await requestHeaders(options, actingAs)), accept: 'text/event-stream' };
      const response = await options.fetch(url, { headers, signal });
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
      if (!response.ok || !isStream || !response.body) throw await refusalOf(response);
      await this.#read(response.body);
      throw brokenOff();
    } catch (error) {
      this.#end(asSlimyError(error));
    }
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const text = new StreamText();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      this.#heard();
      for (const message of text.push(decoder.decode(value, { stream: true }))) {
        if (this.#over.signal.aborted) return;
        this.#listener.onMessage(message);
      }
    }
  }

  /** Waits anew for a sign of life. */
  #heard(): void {
    clearTimeout(this.#silence);
    if (this.#over.signal.aborted) return;
    const seconds = limits.liveSilenceMs / 1_000;
    this.#silence = setTimeout(
      () =>
        this.#end(new SlimyError('unreachable', `Nothing was heard of the server for ${seconds} seconds.`)),
      limits.liveSilenceMs,
    );
  }

  #end(error: SlimyError): void {
    if (this.#over.signal.aborted) return;
    this.close();
    this.#listener.onOver(error);
  }
}
