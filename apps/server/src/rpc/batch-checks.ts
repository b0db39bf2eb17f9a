import { declaredProcedures } from '@slimy/api';
import { limits } from '@slimy/contract';
import { AppError } from '@slimy/core';

/** The query parameters of an RPC call that matter before it is handed on. */
export interface RpcParameters {
  readonly batch: boolean;
  readonly input: string | undefined;
}

function first(value: unknown): string | undefined {
  const single: unknown = Array.isArray(value) ? value[0] : value;
  return typeof single === 'string' ? single : undefined;
}

/** Reads the parameters. @throws AppError `malformed_body` for one that this server does not take */
export function rpcParameters(query: Readonly<Record<string, unknown>>): RpcParameters {
  if (query.connectionParams !== undefined) {
    throw new AppError('malformed_body', 'connectionParams are not taken here; use headers.');
  }
  return { batch: first(query.batch) === '1', input: first(query.input) };
}

/**
 * Holds a batch against its bound before anything of it is looked at: a path of commas would otherwise
 * multiply into thousands of answers.
 * @throws AppError `batch_too_large`, or `malformed_body` for kinds of calls that cannot travel together
 */
export function holdBatch(path: string): void {
  const names = path.split(',', limits.batchMax + 1);
  if (names.length > limits.batchMax) {
    throw new AppError('batch_too_large', `A batch may hold at most ${limits.batchMax} calls.`);
  }
  const kinds = new Set(names.map((name) => declaredProcedures.get(name)?.contract.kind));
  kinds.delete(undefined);
  if (kinds.size > 1)
    throw new AppError('malformed_body', 'Queries and mutations cannot travel in one batch.');
}
