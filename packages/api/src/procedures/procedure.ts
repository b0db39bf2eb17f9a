import { procedures, type ProcedureName } from '@slimy/contract';
import type { AnyTRPCProcedure } from '@trpc/server';
import { callOf } from '../context/call.js';
import { trpcErrorOf } from '../errors/error-shape.js';
import type {
  AnyDeclaration,
  AnyHandler,
  DeclarationOf,
  DeclaredProcedure,
  HandlerOf,
} from './declaration.js';
import type { ProcedureFor } from './procedure-type.js';
import { eventsOf } from './tracked-events.js';
import { runProcedure } from './run.js';
import { trpc } from './trpc.js';

const declared = new Map<string, DeclaredProcedure>();

/** Every procedure as it was declared, by name. */
export const declaredProcedures: ReadonlyMap<string, DeclaredProcedure> = declared;

/**
 * Builds a procedure: its kind, input and output from the contract by its name, the rest from the declaration.
 * `handler` is one line that hands the parsed input to a service.
 * @throws Error when a name is declared twice
 */
export function procedure<Name extends ProcedureName>(
  name: Name,
  declaration: DeclarationOf<Name>,
  handler: HandlerOf<Name>,
): ProcedureFor<Name>;
export function procedure(
  name: ProcedureName,
  { rate, rule, viaBot = false, byToken = true, audit }: AnyDeclaration,
  handler: AnyHandler,
): AnyTRPCProcedure {
  if (declared.has(name)) throw new Error(`The procedure ${name} is declared twice.`);
  const contract = procedures[name];
  const own: DeclaredProcedure = {
    name,
    contract,
    rate,
    rule,
    viaBot,
    byToken,
    audit: audit ?? null,
    handler,
  };
  declared.set(name, own);

  const run = trpc.procedure.use(async ({ ctx, getRawInput, signal, next }) => {
    try {
      const given = await runProcedure(own, { call: callOf(ctx), readInput: getRawInput, signal });
      // The resolver below has nothing left to do but to hand this on.
      return await next({ input: given });
    } catch (error) {
      throw trpcErrorOf(error);
    }
  });
  const output = ({ input }: { input: unknown }): unknown => input;
  switch (contract.kind) {
    case 'query':
      return run.query(output);
    case 'mutation':
      return run.mutation(output);
    case 'subscription':
      return run.subscription(({ input }) => eventsOf(input));
  }
}
