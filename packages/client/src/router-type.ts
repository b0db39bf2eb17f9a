import type { ErrorData, procedures, ProcedureName } from '@slimy/contract';
import type {
  TRPCBuiltRouter,
  TRPCDefaultErrorData,
  TRPCErrorShape,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from '@trpc/server';
import type { z } from 'zod';

type Table = typeof procedures;

interface Described<Name extends ProcedureName, Output = z.output<Table[Name]['output']>> {
  input: z.input<Table[Name]['input']>;
  output: Output;
  meta: unknown;
}

/** One event of a subscription with the id from which a broken stream is taken up again. */
export interface TrackedEvent<Event> {
  id: string;
  data: Event;
}

type ProcedureOf<Name extends ProcedureName> = Table[Name]['kind'] extends 'query'
  ? TRPCQueryProcedure<Described<Name>>
  : Table[Name]['kind'] extends 'mutation'
    ? TRPCMutationProcedure<Described<Name>>
    : TRPCSubscriptionProcedure<
        Described<Name, AsyncIterable<TrackedEvent<z.output<Table[Name]['output']>>>>
      >;

type Head<Name extends string> = Name extends `${infer First}.${string}` ? First : Name;
type Rest<Name extends string, First extends string> = Name extends `${First}.${infer Others}`
  ? Others
  : never;

/** `guild.members.list` and its like, as the nested records that tRPC's client walks. */
type Nested<Names extends string, Prefix extends string = ''> = {
  [First in Head<Names>]: `${Prefix}${First}` extends ProcedureName
    ? ProcedureOf<`${Prefix}${First}`>
    : Nested<Rest<Names, First>, `${Prefix}${First}.`>;
};

/**
 * The router as a client sees it, made from the contract's table alone. It holds no server type, so a
 * program outside this workspace needs nothing of the server to be type-checked; a type test holds it equal
 * to the server's own `AppRouter`.
 */
export type SlimyRouter = TRPCBuiltRouter<
  {
    ctx: object;
    meta: object;
    errorShape: TRPCErrorShape<TRPCDefaultErrorData & ErrorData>;
    transformer: true;
  },
  Nested<ProcedureName>
>;
