import type { CallContext } from '../context/call.js';
import { appErrorOf } from '../errors/error-shape.js';
import type { DeclaredProcedure } from './declaration.js';
import { guildIdOf, parseInput, rawInput } from './input.js';
import { reportingFailure, trackedEvents } from './tracked-events.js';

/** One call of a procedure, whichever way it came in. */
export interface Invocation {
  readonly call: CallContext;
  /** Reads what the client sent; asked only for those who may call at all. */
  readonly readInput: () => unknown;
  readonly signal: AbortSignal | undefined;
  /** Told from which place on a subscription gives everything. */
  readonly begun?: (place: string) => void;
}

/** The signal of a call that nobody can abort. */
const never = new AbortController().signal;
const nobodyAsks = (): void => {};

/**
 * Runs a call through rate, permission, input, service and output, in the order in which calls are refused.
 * Resolves the output, for a subscription its events.
 * @throws AppError for every refusal, and whatever a defect throws.
 */
export async function runProcedure(procedure: DeclaredProcedure, invocation: Invocation): Promise<unknown> {
  const { call, signal = never, begun = nobodyAsks } = invocation;
  const { services, permissions } = call.dependencies;
  const { contract, rule, handler } = procedure;
  const { viaBot, byToken } = procedure;
  const form = { viaBot, byToken, mutation: contract.kind === 'mutation' };
  let guildId: string | null = null;
  const report = (error: unknown) =>
    call.reportFailure({
      procedure: procedure.name,
      audit: procedure.audit,
      guildId,
      error: appErrorOf(error),
    });
  try {
    const caller = await call.countedCaller(procedure.rate);
    permissions.beforeInput(caller, rule, form);
    call.requireReadableBody();
    const { value, lastEventId } = rawInput(contract.kind, await invocation.readInput());
    guildId = guildIdOf(value);
    const input = parseInput(contract.input, value);
    await permissions.afterInput(caller, rule, input, form);
    const result = handler({ services, caller, input, lastEventId, signal, begun });
    if (contract.kind === 'subscription')
      return reportingFailure(trackedEvents(result, contract.output), report);
    return contract.output.parse(await result);
  } catch (error) {
    await report(error);
    throw error;
  }
}
