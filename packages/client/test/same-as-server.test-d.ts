// Checked by tsc in `typecheck`: what the client takes and gives is what the server's own router takes and gives.
import type { AppRouter } from '@slimy/api';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { SlimyRouter } from '../src/index.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

export const inputs: Same<inferRouterInputs<AppRouter>, inferRouterInputs<SlimyRouter>> = true;
export const outputs: Same<inferRouterOutputs<AppRouter>, inferRouterOutputs<SlimyRouter>> = true;

type Errors<Router extends AppRouter | SlimyRouter> =
  Router['_def']['_config']['$types']['errorShape']['data'];
export const reasons: Same<Errors<AppRouter>['reason'], Errors<SlimyRouter>['reason']> = true;
export const fields: Same<Errors<AppRouter>['fields'], Errors<SlimyRouter>['fields']> = true;

// The comparison itself tells routers apart.
type OtherInputs = inferRouterInputs<SlimyRouter> & { guild: { byId: { more: string } } };
export const told: Same<inferRouterInputs<AppRouter>, OtherInputs> = false;
