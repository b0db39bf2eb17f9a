import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyStatements } from '../servers/mariadb-copy.js';
import { createMariaDbDatabase } from '../servers/mariadb-database.js';
import { temporaryFolder } from '../processes/temporary-folder.js';

/** What new databases are copies of. */
export interface DatabaseTemplate {
  /** Names what is inside; within one run, templates of one name are the same. */
  readonly name: string;
  /** Fills the empty database at the URL and closes its connections; called about once in a run for each engine. */
  readonly fill: (url: string) => Promise<void>;
}

/**
 * Fills a draft and renames it to `folder`, unless it is there. Processes that do so at the same moment work
 * twice, and the first to end wins.
 */
async function madeOnce(folder: string, make: (draft: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return;
  const draft = await mkdtemp(`${folder}-`);
  await make(draft);
  await rename(draft, folder).catch(async (error: unknown) => {
    if (!existsSync(folder)) throw error;
    await rm(draft, { recursive: true });
  });
}

/** A new SQLite file with what the template fills in. `templates` is the run's folder for them. */
export async function sqliteCopy(template: DatabaseTemplate, templates: string): Promise<string> {
  const made = join(templates, `${template.name}.sqlite`);
  await madeOnce(made, (draft) => template.fill(`file:${join(draft, 'slimy.db')}`));
  const folder = temporaryFolder('sqlite');
  await cp(made, folder, { recursive: true });
  return `file:${join(folder, 'slimy.db')}`;
}

/** A new database on the server with what the template fills in. `templates` is the run's folder for them. */
export async function mariaDbCopy(
  template: DatabaseTemplate,
  templates: string,
  serverUrl: string,
): Promise<string> {
  const made = join(templates, `${template.name}.mariadb`);
  await madeOnce(made, async (draft) => {
    const url = await createMariaDbDatabase(serverUrl);
    await template.fill(url);
    await writeFile(join(draft, 'copy.sql'), await copyStatements(url));
  });
  return createMariaDbDatabase(serverUrl, { statements: readFileSync(join(made, 'copy.sql'), 'utf8') });
}
