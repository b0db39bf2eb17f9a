import type { procedures, ProcedureName } from '@slimy/contract';
import type { TRPCMutationProcedure, TRPCQueryProcedure, TRPCSubscriptionProcedure } from '@trpc/server';
import type { z } from 'zod';

type Contract<Name extends ProcedureName> = (typeof procedures)[Name];
type Output<Name extends ProcedureName> = z.output<Contract<Name>['output']>;

/**
 * What a subscriber receives for an event that was sent with `tracked`.
 * @public named by the declarations of the routers
 */
export interface TrackedEvent<Event> {
  id: string;
  data: Event;
}

/**
 * What tRPC infers a call from.
 * @public named by the declarations of the routers
 */
export interface ProcedureDefinition<Name extends ProcedureName, Out> {
  meta: object;
  input: z.input<Contract<Name>['input']>;
  output: Out;
}

/** The tRPC type of a procedure, from the contract's table alone. */
export type ProcedureFor<Name extends ProcedureName> = Contract<Name>['kind'] extends 'query'
  ? TRPCQueryProcedure<ProcedureDefinition<Name, Output<Name>>>
  : Contract<Name>['kind'] extends 'mutation'
    ? TRPCMutationProcedure<ProcedureDefinition<Name, Output<Name>>>
    : TRPCSubscriptionProcedure<ProcedureDefinition<Name, AsyncIterable<TrackedEvent<Output<Name>>>>>;
