import { procedures, type ProcedureName } from '@slimy/contract';
import {
  describeOnBothSetups,
  describeOnEachPair,
  shortOrLong,
  startFakeDiscord,
  type FakeDiscord,
} from '@slimy/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matrixCallers, type MatrixCaller } from './support/matrix-callers.ts';
import { wrongCells } from './support/matrix-cells.ts';
import { matrixInputs } from './support/matrix-inputs.ts';
import { openApi, type TestApi } from './support/open-api.ts';
import { documentedPermissions, parsePermissionTable, withCell } from './support/permission-table.ts';

const table = documentedPermissions();
const names = Object.keys(matrixInputs).filter((name): name is ProcedureName => name in procedures);

// Thousands of calls: each engine and each cache store once, and every pair of them in the long run.
shortOrLong(describeOnBothSetups, describeOnEachPair)('Who may call what', (fixture) => {
  let discord: FakeDiscord;
  let api: TestApi;
  let callers: MatrixCaller[];
  beforeAll(async () => {
    discord = await startFakeDiscord();
    api = await openApi(fixture, discord);
    callers = await matrixCallers(api);
  });
  afterAll(async () => {
    await api.close();
    await discord.stop();
  });

  it('names in the tables every caller that there is', () => {
    for (const row of table.values())
      expect([...row.keys()].sort()).toEqual(callers.map(({ name }) => name).sort());
  });

  it.each(names)('%s', async (name) => {
    expect(await wrongCells(api, name, callers, table)).toEqual([]);
  });

  it('finds one wrong cell', async () => {
    const wrong = withCell(table, 'guild.refresh', 'moderator', 'yes');
    expect(await wrongCells(api, 'guild.refresh', callers, wrong)).toEqual([
      'guild.refresh as moderator: yes expected, no found',
    ]);
  });
});

describe('The tables of docs/permissions.md', () => {
  it('have a row for every procedure, and none beside them', () => {
    expect([...table.keys()].sort()).toEqual(Object.keys(procedures).sort());
  });

  it('take verdicts only, and each row once', () => {
    const row = (cells: string) =>
      `| procedure | anonymous | owner |\n|---|---|---|\n| \`guild.byId\` | ${cells} |`;
    expect(() => parsePermissionTable(row('perhaps | yes'))).toThrow(
      'guild.byId for anonymous says "perhaps"',
    );
    expect(() => parsePermissionTable(row('no'))).toThrow('guild.byId for owner says ""');
    const twice = `${row('no | yes')}\n| \`guild.byId\` | no | no |`;
    expect(() => parsePermissionTable(twice)).toThrow('stands there twice');
  });
});
