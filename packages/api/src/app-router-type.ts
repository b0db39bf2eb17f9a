import type { ProcedureName } from '@slimy/contract';
import type { TRPCBuiltRouter } from '@trpc/server';
import type { ApiContext } from './context/opaque.js';
import type { ErrorShape } from './errors/error-shape-type.js';
import type { ProcedureFor } from './procedures/procedure-type.js';

/** The next word of every procedure name that begins with `Prefix`. */
type NextWord<Prefix extends string> = ProcedureName extends infer Name
  ? Name extends `${Prefix}${infer Rest}`
    ? Rest extends `${infer Word}.${string}`
      ? Word
      : Rest
    : never
  : never;

type RecordUnder<Prefix extends string> = {
  [Word in NextWord<Prefix>]: `${Prefix}${Word}` extends ProcedureName
    ? ProcedureFor<`${Prefix}${Word}`>
    : RecordUnder<`${Prefix}${Word}.`>;
};

/**
 * The router's type, computed from the contract's table. Whoever compiles against it needs contract, @trpc and
 * zod, and nothing of the server; that the router is this is checked where it is built.
 */
export type AppRouter = TRPCBuiltRouter<
  { ctx: ApiContext; meta: object; errorShape: ErrorShape; transformer: true },
  RecordUnder<''>
>;
