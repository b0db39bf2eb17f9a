import { procedures, type ProcedureName } from '@slimy/contract';
import { callTRPCProcedure, TRPCError } from '@trpc/server';
import { appRouter } from '../../src/index.ts';
import type { MatrixCaller } from './matrix-callers.ts';
import { isSubscription, takeEvent, waysToSubscribe } from './matrix-events.ts';
import { matrixInputs } from './matrix-inputs.ts';
import type { TestApi } from './open-api.ts';
import type { PermissionTable } from './permission-table.ts';

const verdictByCode = new Map([
  ['UNAUTHORIZED', 'sign in'],
  ['NOT_FOUND', 'hidden'],
  ['FORBIDDEN', 'no'],
]);

/** The verdict of a call that gives `yes` or what stood in its way that is none. */
async function verdictOf(call: () => Promise<string>): Promise<string> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error;
    return verdictByCode.get(error.code) ?? `${error.code}: ${error.message}`;
  }
}

/** Calls a query or mutation and holds its answer against its schema. */
async function answered(api: TestApi, name: ProcedureName, caller: MatrixCaller): Promise<string> {
  const input = await matrixInputs[name](api, caller);
  const { kind, output } = procedures[name];
  const answer: unknown = await callTRPCProcedure({
    router: appRouter,
    path: name,
    type: kind,
    ctx: api.context(() => caller.authenticate()),
    getRawInput: async () => input,
    signal: undefined,
    batchIndex: 0,
  });
  if (name === 'guild.delete' || name === 'lifecycle.eraseGuild') await api.settleAgain();
  const held = output.safeParse(answer);
  return held.success ? 'yes' : `an answer that does not fit its schema: ${held.error.message}`;
}

/** What a call gave: a verdict, or in words what stood in its way that is none. */
async function outcomeOf(api: TestApi, name: ProcedureName, caller: MatrixCaller): Promise<string> {
  if (!isSubscription(name)) return verdictOf(() => answered(api, name, caller));
  const outcomes = new Set<string>();
  for (const open of waysToSubscribe) {
    const input = await matrixInputs[name](api, caller);
    const context = api.context(() => caller.authenticate());
    outcomes.add(await verdictOf(() => takeEvent(open, api, name, input, context)));
  }
  return [...outcomes].join(' alone, on the stream of a client ');
}

/** Calls a procedure as everybody and gives the cells of its row that are not as the table says, a line each. */
export async function wrongCells(
  api: TestApi,
  name: ProcedureName,
  callers: readonly MatrixCaller[],
  table: PermissionTable,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const caller of callers) {
    const expected = table.get(name)?.get(caller.name);
    const outcome = await outcomeOf(api, name, caller);
    if (outcome !== expected) wrong.push(`${name} as ${caller.name}: ${expected} expected, ${outcome} found`);
  }
  return wrong;
}
