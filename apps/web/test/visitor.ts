import { createClient } from '@slimy/client';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** A person with a browser window of their own, and what the browser complained about. */
export class Visitor {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #url: string;
  readonly #complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page, url: string) {
    this.#context = context;
    this.#url = url;
    this.page = page;
    page.setDefaultTimeout(15_000);
    page.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.#complaints.push(error.message));
  }

  /** Opens a window at an address of the server. */
  static async at(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ baseURL: url, ...options });
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    return new Visitor(context, await context.newPage(), url);
  }

  /** Signs in to the demo as the sign-in page does, without drawing it. */
  async signIn(): Promise<void> {
    const response = await this.#context.request.post('/auth/demo', { headers: { origin: this.#url } });
    if (!response.ok()) throw new Error(`Signing in to the demo was answered by ${response.status()}.`);
  }

  /** The same person with another program, as another window or the bot would be. */
  async otherProgram() {
    const cookies = await this.#context.cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    return createClient({ url: this.#url, headers: { cookie, origin: this.#url } });
  }

  /** How many pixels the page is wider than its window. */
  overflow(): Promise<number> {
    return this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  }

  /** What the browser complained about since the last time it was asked. */
  complaints(): string[] {
    return this.#complaints.splice(0);
  }

  async leave(): Promise<void> {
    await this.#context.close();
  }
}
