import { loadSettings, type Settings, withoutSecrets } from '@slimy/config';
import { lockDataFolder, migrationTarget, seedDatabase } from '@slimy/core';
import { checkDatabase, migrate } from '@slimy/db';
import type { Logger } from 'pino';
import { createLog } from './start/log.js';
import { startFailure } from './start/start-failure.js';

type Command = (settings: Settings, log: Logger) => Promise<boolean>;

/** Applies what is pending, seeds under the same lock, and says what ran. */
async function bringUp(
  settings: Settings,
  logger: Logger,
  seed?: Parameters<typeof migrate>[0]['seed'],
): Promise<true> {
  const database = migrationTarget(settings);
  const { applied, scripts } = await migrate({ database, logger, seed, mendTriggers: true });
  const ran = [...applied, ...scripts];
  console.log(ran.length === 0 ? 'The database is up to date.' : `Ran ${ran.join(', ')}.`);
  return true;
}

/** Applies what is pending; gives whether the database is as the program needs it. */
const runMigrations: Command = (settings, log) => bringUp(settings, log);

/** Fills a database without guilds with the demo community. */
const runSeed: Command = async (settings, log) => {
  const seed = { name: 'demo', run: () => seedDatabase(settings, log) };
  await bringUp(settings, log, seed);
  console.log('The demo community is there. A database that held a guild already was left as it was.');
  return true;
};

/** Prints what is wrong, a line each. */
const runCheck: Command = async (settings) => {
  const { migrations, drift, triggers, counters } = await checkDatabase(migrationTarget(settings));
  const wrong = [
    ...migrations.pending.map((name) => `migration ${name} is not applied`),
    ...migrations.unknown.map((name) => `migration ${name} is of a newer program`),
    ...migrations.edited.map((name) => `the file of migration ${name} has changed since it ran`),
    ...migrations.scriptsPending.map((name) => `script ${name} has not run`),
    ...drift,
    ...triggers,
    ...counters,
  ];
  console.log(wrong.length === 0 ? 'The database is as it should be.' : wrong.join('\n'));
  if (wrong.length > 0) {
    console.log(
      'Next: npm run db:migrate applies what is pending, and puts missing and changed triggers back.',
    );
  }
  return wrong.length === 0;
};

const commands = new Map<string, { readonly run: Command; readonly changes: boolean }>([
  ['migrate', { run: runMigrations, changes: true }],
  ['seed', { run: runSeed, changes: true }],
  ['check', { run: runCheck, changes: false }],
]);

async function main(name: string): Promise<boolean> {
  const command = commands.get(name);
  if (!command) {
    console.error(`Name what to do with the database: ${[...commands.keys()].join(', ')}.`);
    return false;
  }
  let settings: Settings | null = null;
  let release = (): void => undefined;
  try {
    settings = loadSettings(process.env);
    const embedded = settings.DATABASE_URL.engine === 'sqlite';
    // The embedded file has one owner; looking at it harms nobody.
    if (embedded && command.changes) release = lockDataFolder(settings.DATA_DIR);
    return await command.run(settings, createLog('warn'));
  } catch (error) {
    console.error(withoutSecrets(startFailure(error, settings)));
    return false;
  } finally {
    release();
  }
}

process.exitCode = (await main(process.argv[2] ?? '')) ? 0 : 1;
