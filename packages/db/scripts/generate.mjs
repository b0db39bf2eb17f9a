// Derives the SQLite schema from the one schema and generates both clients and the table of columns, offline.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSchema, sqliteSchema, uniqueIndexesOf } from './schema-model.mjs';

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const root = join(packageFolder, '..', '..');
const source = join(root, 'prisma', 'schema');
// As deep below the root as the source is, so that the relative output path holds for both.
const derived = join(root, 'prisma', 'generated');
const generated = join(packageFolder, 'src', 'generated');

function generateClient(schemaFolder) {
  const cli = createRequire(import.meta.url).resolve('prisma/build/index.js');
  const run = spawnSync(process.execPath, [cli, 'generate', '--schema', schemaFolder], {
    cwd: packageFolder,
    encoding: 'utf8',
    env: { ...process.env, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  });
  if (run.status !== 0) {
    process.stderr.write(`${run.stdout}${run.stderr}`);
    process.exit(run.status ?? 1);
  }
}

function columnsModule(models) {
  const described = Object.fromEntries(
    models.map((model) => [
      model.name,
      {
        table: model.table,
        columns: Object.fromEntries(
          model.fields
            .filter((field) => field.scalar)
            .map(({ name, column, type, maxCharacters, maxBytes }) => [
              name,
              { column, type, maxCharacters, maxBytes },
            ]),
        ),
        relations: Object.fromEntries(
          model.fields.filter((field) => !field.scalar).map(({ name, type }) => [name, type]),
        ),
      },
    ]),
  );
  return `// Generated from prisma/schema by scripts/generate.mjs.
export interface ModelColumn {
  readonly column: string;
  readonly type: string;
  /** Code points. */
  readonly maxCharacters?: number;
  readonly maxBytes?: number;
}

export interface ModelDescription {
  readonly table: string;
  readonly columns: Readonly<Record<string, ModelColumn>>;
  /** Models that the relation fields lead to. */
  readonly relations: Readonly<Record<string, string>>;
}

export interface UniqueIndex {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
}

export const models: Readonly<Record<string, ModelDescription>> = ${JSON.stringify(described, null, 2)};

export const uniqueIndexes: readonly UniqueIndex[] = ${JSON.stringify(models.flatMap(uniqueIndexesOf), null, 2)};
`;
}

rmSync(derived, { recursive: true, force: true });
rmSync(generated, { recursive: true, force: true });
mkdirSync(derived, { recursive: true });
mkdirSync(generated, { recursive: true });

let text = '';
for (const file of readdirSync(source).filter((name) => name.endsWith('.prisma'))) {
  const content = readFileSync(join(source, file), 'utf8');
  text += `${content}\n`;
  writeFileSync(join(derived, file), sqliteSchema(content));
}
writeFileSync(join(generated, 'columns.ts'), columnsModule(readSchema(text).models));
generateClient(source);
generateClient(derived);
