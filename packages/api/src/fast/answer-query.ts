import { callOf } from '../context/call.js';
import type { ApiContext } from '../context/opaque.js';
import { errorShape } from '../errors/error-shape.js';
import type { ErrorShape } from '../errors/error-shape-type.js';
import { declaredProcedures } from '../procedures/procedure.js';
import { runProcedure } from '../procedures/run.js';
import { parseJson, reviveWire } from '../wire/input-reader.js';
import { serialize } from '../wire/superjson-writer.js';

/** An answer as it goes over the wire, byte for byte what tRPC's own handler sends. */
export interface WireAnswer {
  readonly status: number;
  readonly body: string;
}

/** Whether a plain call of this name can be answered by `answerQuery`. */
export function isQuery(name: string): boolean {
  return declaredProcedures.get(name)?.contract.kind === 'query';
}

/**
 * Answers one query that is not part of a batch, without the Request and Response objects, streams and abort
 * controllers that tRPC's HTTP handler makes for each call; those cost several times the query itself when it
 * comes from the cache. `input` is the JSON text of the `input` parameter, where there is one.
 * @throws RangeError for a name that `isQuery` does not know
 */
export async function answerQuery(
  name: string,
  context: ApiContext,
  input: string | undefined,
): Promise<WireAnswer> {
  const procedure = declaredProcedures.get(name);
  if (procedure?.contract.kind !== 'query') throw new RangeError(`There is no query named ${name}.`);
  const call = callOf(context);
  try {
    const output = await runProcedure(procedure, {
      call,
      readInput: () => (input ? reviveWire(parseJson(input)) : undefined),
      signal: undefined,
    });
    return { status: 200, body: `{"result":{"data":${JSON.stringify(serialize(output))}}}` };
  } catch (error) {
    return failureAnswer(error, context, name);
  }
}

/** The answer to a call that failed before, in or outside of its procedure, as RPC clients read it. */
export function failureAnswer(thrown: unknown, context: ApiContext, path?: string): WireAnswer {
  const shape = failureShape(thrown, context, path);
  return { status: shape.data.httpStatus, body: JSON.stringify({ error: serialize(shape) }) };
}

/** What is said of something that was thrown while a request was answered. */
export function failureShape(thrown: unknown, context: ApiContext, path?: string): ErrorShape {
  return errorShape(thrown, callOf(context).occasion(path));
}
