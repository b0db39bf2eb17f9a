// Checked by tsc in `typecheck`: what the client takes and gives is what the server's own router takes and gives.
import type { AppRouter } from '@slimy/api';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { expectTypeOf } from 'vitest';
import type { SlimyRouter } from '../src/index.ts';

type Errors<Router extends AppRouter | SlimyRouter> =
  Router['_def']['_config']['$types']['errorShape']['data'];

expectTypeOf<inferRouterInputs<SlimyRouter>>().toEqualTypeOf<inferRouterInputs<AppRouter>>();
expectTypeOf<inferRouterOutputs<SlimyRouter>>().toEqualTypeOf<inferRouterOutputs<AppRouter>>();
expectTypeOf<Errors<SlimyRouter>['reason']>().toEqualTypeOf<Errors<AppRouter>['reason']>();
expectTypeOf<Errors<SlimyRouter>['fields']>().toEqualTypeOf<Errors<AppRouter>['fields']>();

// The comparison itself tells routers apart.
type OtherInputs = inferRouterInputs<SlimyRouter> & { guild: { byId: { more: string } } };
// @ts-expect-error -- one field more
expectTypeOf<OtherInputs>().toEqualTypeOf<inferRouterInputs<AppRouter>>();
