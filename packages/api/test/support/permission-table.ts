import { readFileSync } from 'node:fs';

/** What a cell of `docs/permissions.md` says. */
export const verdicts = ['yes', 'sign in', 'hidden', 'no'] as const;
export type Verdict = (typeof verdicts)[number];

/** The expected verdict by procedure and caller. */
export type PermissionTable = ReadonlyMap<string, ReadonlyMap<string, Verdict>>;

function verdictOf(text: string, where: string): Verdict {
  const verdict = verdicts.find((known) => known === text);
  if (verdict === undefined)
    throw new Error(`docs/permissions.md: ${where} says "${text}"; it must be ${verdicts.join(', ')}`);
  return verdict;
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** Reads the tables whose first column is `procedure`. @throws Error for a word that is no verdict, or a row given twice */
export function parsePermissionTable(markdown: string): PermissionTable {
  const table = new Map<string, Map<string, Verdict>>();
  let callers: string[] = [];
  for (const line of markdown.split('\n')) {
    const [first = '', ...cells] = cellsOf(line);
    const procedure = /^`([\w.]+)`$/.exec(first)?.[1];
    if (first === 'procedure') callers = cells;
    if (procedure === undefined || callers.length === 0) continue;
    const row = table.get(procedure) ?? new Map<string, Verdict>();
    table.set(procedure, row);
    callers.forEach((caller, index) => {
      if (row.has(caller))
        throw new Error(`docs/permissions.md: ${procedure} stands there twice for ${caller}`);
      row.set(caller, verdictOf(cells[index] ?? '', `${procedure} for ${caller}`));
    });
  }
  return table;
}

/** The table as it stands in the documentation. */
export function documentedPermissions(): PermissionTable {
  return parsePermissionTable(
    readFileSync(new URL('../../../../docs/permissions.md', import.meta.url), 'utf8'),
  );
}

/** The same table with one cell changed. */
export function withCell(
  table: PermissionTable,
  procedure: string,
  caller: string,
  verdict: Verdict,
): PermissionTable {
  const row = new Map(table.get(procedure));
  return new Map(table).set(procedure, row.set(caller, verdict));
}
