import { createServer } from 'node:http';
import {
  errorReasons,
  headerNames,
  procedures,
  type ErrorReason,
  type InputOf,
  type OutputOf,
  type ProcedureName,
} from '@slimy/contract';
import { SuperJSON } from 'superjson';
import { ZodError } from 'zod';

/** A refusal as the API gives it. */
export class Refusal extends Error {
  readonly reason: ErrorReason;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(reason: ErrorReason, details: Readonly<Record<string, unknown>> = {}) {
    super(reason);
    this.reason = reason;
    this.details = details;
  }
}

/** What comes out of a procedure's own schema is its input. */
function isInputOf<Name extends ProcedureName>(name: Name, parsed: unknown): parsed is InputOf<Name> {
  return name in procedures || parsed === undefined;
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (!(error instanceof ZodError)) return new Refusal('internal');
  return new Refusal('invalid_input', {
    fields: error.issues.map(({ path, message }) => ({ path: path.map(String), message })),
  });
}

export interface StubCall {
  readonly name: string;
  readonly input: unknown;
  readonly actingAs: string | null;
}

/**
 * Stands in for the API at its wire, for what the real one cannot be made to do in a test: each refusal in
 * turn, and being away.
 */
export class StubApi {
  readonly calls: StubCall[] = [];
  /** Answers nothing but 503 while set, as a proxy in front of a stopped server does. */
  away = false;
  /** Says that answers come from the cache, since so many seconds. */
  databaseAwaySeconds: number | null = null;
  readonly #handlers = new Map<string, (input: unknown, call: StubCall) => unknown>();
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (this.away) {
        response.writeHead(503).end('away');
        return;
      }
      const url = new URL(request.url ?? '/', 'http://stub');
      const actingAs = request.headers[headerNames.actingAs];
      const body = Buffer.concat(chunks).toString('utf8') || (url.searchParams.get('input') ?? 'null');
      void this.#answer(url, JSON.parse(body), typeof actingAs === 'string' ? actingAs : null).then(
        (answer) => response.writeHead(200, this.#headers()).end(JSON.stringify(answer)),
      );
    });
  });

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #headers(): Record<string, string> {
    const seconds = this.databaseAwaySeconds;
    const type = { 'content-type': 'application/json' };
    return seconds === null ? type : { ...type, [headerNames.databaseAway]: String(seconds) };
  }

  /** What a procedure answers; a thrown `Refusal` is sent as the API sends it. */
  on<Name extends ProcedureName>(
    name: Name,
    handler: (input: InputOf<Name>, call: StubCall) => OutputOf<Name> | Promise<OutputOf<Name>>,
  ): this {
    this.#handlers.set(name, (sent, call) => {
      const input: unknown = procedures[name].input.parse(sent);
      if (isInputOf(name, input)) return handler(input, call);
      throw new Error(`${name} has no input`);
    });
    return this;
  }

  /** The inputs a procedure was called with. */
  inputsOf(name: ProcedureName): unknown[] {
    return this.calls.filter((call) => call.name === name).map(({ input }) => input);
  }

  async #answer(url: URL, body: unknown, actingAs: string | null): Promise<unknown> {
    const names = url.pathname.replace('/trpc/', '').split(',');
    if (!url.searchParams.has('batch')) return this.#one(names[0] ?? '', body, actingAs);
    const inputs = new Map(Object.entries(Object(body)));
    return Promise.all(names.map((name, index) => this.#one(name, inputs.get(String(index)), actingAs)));
  }

  async #one(name: string, envelope: unknown, actingAs: string | null): Promise<unknown> {
    const input: unknown = envelope ? SuperJSON.parse(JSON.stringify(envelope)) : undefined;
    const call = { name, input, actingAs };
    this.calls.push(call);
    try {
      const handler = this.#handlers.get(name);
      if (!handler) throw new Error(`the stub has no ${name}`);
      return { result: { data: SuperJSON.serialize(await handler(input, call)) } };
    } catch (error) {
      const { reason, details } = refusalOf(error);
      const data = { code: errorReasons[reason], reason, requestId: 'r-1', ...details };
      return { error: SuperJSON.serialize({ message: String(error), code: -32_000, data }) };
    }
  }
}
