import { contractHash, headerNames } from '@slimy/contract';
import { asSlimyError, SlimyError } from '../errors.js';
import type { ResolvedOptions } from '../options.js';
import { readAnswer } from './answer.js';
import type { Call, Outcome } from './call.js';
import { batchRequest, loneRequest, type RpcRequest } from './request.js';
import { requestHeaders } from './request-headers.js';

/** Sends requests and watches the server's contract. */
export class HttpTransport {
  readonly #options: ResolvedOptions;
  readonly #reported = new Set<string | null>();
  #databaseAway: number | null = null;

  constructor(options: ResolvedOptions) {
    this.#options = options;
  }

  /** What the newest answer said: see `ClientMethods`. */
  get databaseAwaySeconds(): number | null {
    return this.#databaseAway;
  }

  /** Whether these queries fit into one request. */
  fits(calls: readonly Call[]): boolean {
    const { endpoint, maxBatch, maxUrlLength } = this.#options;
    return calls.length <= maxBatch && batchRequest(endpoint, calls, maxUrlLength) !== null;
  }

  /** Sends one call, or several queries that fit; never rejects. All calls are for the same acting person. */
  async send(calls: readonly [Call, ...Call[]], signal: AbortSignal): Promise<Outcome[]> {
    const { endpoint, maxUrlLength } = this.#options;
    const batch = calls.length > 1 ? batchRequest(endpoint, calls, maxUrlLength) : null;
    try {
      const request = batch ?? loneRequest(endpoint, calls[0], maxUrlLength);
      const response = await this.#fetch(request, calls[0].actingAs, signal);
      const outcomes = await readAnswer(response, calls.length, batch !== null);
      this.#watchContract(response, outcomes);
      if (outcomes.some(({ ok }) => ok)) this.#watchDatabase(response);
      return outcomes;
    } catch (error) {
      const failure = asSlimyError(signal.aborted ? signal.reason : error);
      return calls.map(() => ({ ok: false, error: failure }));
    }
  }

  async #fetch(request: RpcRequest, actingAs: string | null, signal: AbortSignal): Promise<Response> {
    const headers = await requestHeaders(this.#options, actingAs);
    if (request.body !== null) headers['content-type'] = 'application/json';
    return this.#options.fetch(request.url, {
      method: request.method,
      headers,
      body: request.body,
      signal,
    });
  }

  #watchDatabase(response: Response): void {
    const told = Number.parseInt(response.headers.get(headerNames.databaseAway) ?? '', 10);
    const before = this.#databaseAway;
    this.#databaseAway = Number.isNaN(told) ? null : told;
    if ((before === null) !== (this.#databaseAway === null)) this.#options.onDatabaseAway(this.#databaseAway);
  }

  #watchContract(response: Response, outcomes: readonly Outcome[]): void {
    const ours = contractHash();
    const theirs = response.headers.get(headerNames.contractHash);
    const refused = outcomes.some(
      (outcome) =>
        !outcome.ok && outcome.error instanceof SlimyError && outcome.error.reason === 'contract_mismatch',
    );
    if (!refused && (theirs === null || theirs === ours)) return;
    if (this.#reported.has(theirs)) return;
    this.#reported.add(theirs);
    this.#options.onContractMismatch({ ours, theirs });
  }
}
