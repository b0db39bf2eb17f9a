import { procedures, type ProcedureName } from '@slimy/contract';
import { callTRPCProcedure, TRPCError } from '@trpc/server';
import { appRouter } from '../../src/index.ts';
import type { MatrixCaller } from './matrix-callers.ts';
import { matrixInputs } from './matrix-inputs.ts';
import type { TestApi } from './open-api.ts';
import type { PermissionTable } from './permission-table.ts';

const verdictByCode = new Map([
  ['UNAUTHORIZED', 'sign in'],
  ['NOT_FOUND', 'hidden'],
  ['FORBIDDEN', 'no'],
]);

/** What a call gave: a verdict, or in words what stood in its way that is none. */
async function outcomeOf(api: TestApi, name: ProcedureName, caller: MatrixCaller): Promise<string> {
  const input = await matrixInputs[name](api, caller);
  const { kind, output } = procedures[name];
  const gone = new AbortController();
  try {
    const answer: unknown = await callTRPCProcedure({
      router: appRouter,
      path: name,
      type: kind,
      ctx: api.context(() => caller.authenticate()),
      getRawInput: async () => input,
      signal: gone.signal,
      batchIndex: 0,
    });
    if (name === 'guild.delete' || name === 'lifecycle.eraseGuild') await api.settleAgain();
    if (kind === 'subscription') return 'yes';
    const held = output.safeParse(answer);
    return held.success ? 'yes' : `an answer that does not fit its schema: ${held.error.message}`;
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error;
    return verdictByCode.get(error.code) ?? `${error.code}: ${error.message}`;
  } finally {
    gone.abort();
  }
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
