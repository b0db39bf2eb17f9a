/** An event stream as a page reads it, over a connection of its own. */
export class EventStream {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = '';

  private constructor(reader: ReadableStreamDefaultReader<string>) {
    this.#reader = reader;
  }

  static async open(url: string, headers: Record<string, string>): Promise<EventStream> {
    const { body } = await fetch(url, { headers });
    if (!body) throw new Error('The answer has no body.');
    return new EventStream(body.pipeThrough(new TextDecoderStream()).getReader());
  }

  /** Reads until the text after the last match matches. @throws Error when the stream ends before that */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#text);
      if (found) {
        this.#text = this.#text.slice(found.index + found[0].length);
        return found;
      }
      const { value, done } = await this.#reader.read();
      if (done) throw new Error(`The stream ended after: ${this.#text}`);
      this.#text += value;
    }
  }

  /** Reads to the end, whether the server ends the answer or cuts the connection. */
  async ended(): Promise<void> {
    try {
      while (!(await this.#reader.read()).done);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  async leave(): Promise<void> {
    await this.#reader.cancel();
  }
}
