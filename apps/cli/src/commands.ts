import { resolve } from 'node:path';
import { loadSecrets, type Settings } from '@slimy/config';
import { z } from 'zod';
import { diagnosis, examine } from './doctor/doctor.js';
import { erasedListFor, restoreHere } from './restore.js';
import { runMigrations } from './migrate.js';
import { runAnywhere } from './run-task.js';
import type { Terminal } from './terminal.js';

/** Whether all is well; `incomplete` when it was done as far as it could be, and something was lost before. */
type Outcome = boolean | 'incomplete';

/** What a command works with, and how it went. */
export type Command = (settings: Settings, terminal: Terminal, input: object) => Promise<Outcome>;

export const doctor: Command = async (settings, terminal) => {
  const checks = await examine(settings);
  const healthy = checks.every(({ state }) => state !== 'failed');
  terminal.answer({ healthy, checks }, diagnosis(checks));
  return healthy;
};

export const migrate: Command = async (settings, terminal) => {
  const { ran } = await runMigrations(settings);
  terminal.answer({ ran }, [ran.length === 0 ? 'The database is up to date.' : `Ran ${ran.join(', ')}.`]);
  return true;
};

const verification = z.object({
  intact: z.boolean(),
  seals: z.number(),
  records: z.number(),
  unsealed: z.number(),
  findings: z.array(z.object({ finding: z.string(), message: z.string() })),
});

export const verifyAudit: Command = async (settings, terminal) => {
  const result = verification.parse(await runAnywhere(settings, terminal, 'audit.verify', {}));
  const { intact, seals, records, unsealed, findings } = result;
  const counted = `${records} records under ${seals} seals, ${unsealed} not sealed yet.`;
  terminal.answer(result, [
    ...findings.map(({ finding, message }) => `${finding}: ${message}`),
    intact ? `The audit trail is whole: ${counted}` : `The audit trail was tampered with: ${counted}`,
  ]);
  return intact;
};

/** A command that shows what a task gives, field by field. */
export function shown(task: string): Command {
  return async (settings, terminal, input) => {
    const result = await runAnywhere(settings, terminal, task, input);
    terminal.answer(
      result,
      Object.entries(result).map(
        ([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
      ),
    );
    return true;
  };
}

const scanned = z.object({
  keys: z.array(z.string()),
  complete: z.boolean(),
  outcome: z.enum(['confirmed', 'pending']).nullable(),
});

/** Lists, and drops when asked to, what the cache holds under keys that match a pattern. */
export const scanCache: Command = async (settings, terminal, input) => {
  const result = scanned.parse(await runAnywhere(settings, terminal, 'cache.scan', input));
  const { keys, complete, outcome } = result;
  terminal.answer(result, [
    ...(keys.length === 0 ? ['Nothing matches.'] : keys),
    ...(outcome === null ? [] : [`${keys.length} entries were dropped: ${outcome}.`]),
    ...(complete ? [] : ['There may be more that match: drop these, or name a narrower pattern.']),
  ]);
  return true;
};

const listedJobs = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      state: z.string(),
      attempts: z.number(),
      maxAttempts: z.number(),
      lastError: z.string().nullable(),
    }),
  ),
  nextCursor: z.string().nullable(),
});

/** Lists jobs in a state. */
export const listJobs: Command = async (settings, terminal, input) => {
  const result = await runAnywhere(settings, terminal, 'jobs.list', input);
  const { items, nextCursor } = listedJobs.parse(result);
  terminal.answer(result, [
    ...(items.length === 0 ? ['There is none.'] : []),
    ...items.map(
      ({ id, kind, state, attempts, maxAttempts, lastError }) =>
        `${id} ${kind}: ${state}, attempt ${attempts} of ${maxAttempts}${lastError === null ? '' : `: ${lastError}`}`,
    ),
    ...(nextCursor === null ? [] : [`There are more: --cursor ${nextCursor}`]),
  ]);
  return true;
};

const archived = z.object({
  kinds: z.array(z.object({ kind: z.string(), rows: z.number(), before: z.string().nullish() })),
});

/** Carries retention policies out, or says what they would take. */
export const archive: Command = async (settings, terminal, input) => {
  const result = await runAnywhere(settings, terminal, 'archive', input);
  // What this process did itself still holds instants.
  const { kinds } = archived.parse(JSON.parse(JSON.stringify(result)));
  terminal.answer(
    result,
    kinds.map(({ kind, rows }) => `${kind}: ${rows} rows`),
  );
  return true;
};

const backedUp = z.object({
  folder: z.string(),
  rows: z.number(),
  tables: z.number(),
  files: z.number(),
  missing: z.array(z.string()),
});
/** Lost files named on a terminal; JSON has them all. */
const MOST_NAMED = 10;

function lostFiles(missing: readonly string[]): string[] {
  if (missing.length === 0) return [];
  const named = missing.slice(0, MOST_NAMED).map((file) => `  ${file}`);
  const more =
    missing.length > MOST_NAMED ? [`  and ${missing.length - MOST_NAMED} more (--json names all)`] : [];
  return [
    `${missing.length} files were lost before: their rows are in the backup, they are not.`,
    ...named,
    ...more,
    'Put them back where the storage or DATA_DIR/archives had them, and make another backup.',
  ];
}

/** Writes a backup, also while a server runs. */
export const backup: Command = async (settings, terminal, input) => {
  const { to } = z.object({ to: z.string().optional() }).parse(input);
  const folder = to === undefined ? {} : { folder: resolve(to) };
  const result = await runAnywhere(settings, terminal, 'backup', folder);
  const { rows, tables, files, missing, folder: made } = backedUp.parse(result);
  terminal.answer(result, [
    `${rows} rows of ${tables} tables and ${files} files are in ${made}.`,
    'The keys are not: keep DATA_DIR/secrets, or what you set instead, in another place.',
    ...lostFiles(missing),
  ]);
  return missing.length === 0 ? true : 'incomplete';
};

const erasedAgain = z.object({ erased: z.number(), erasedGuilds: z.number() });

/** Restores a backup into an empty database and leaves out who was erased since. */
export const restore: Command = async (settings, terminal, input) => {
  const { folder, verify, erased } = z
    .object({
      folder: z.string(),
      verify: z.boolean(),
      erased: z.union([z.string(), z.literal(false)]).optional(),
    })
    .parse(input);
  const file = await erasedListFor(settings, erased);
  const result = await restoreHere(settings, terminal, resolve(folder), verify);
  const { rows, files, missing, headsSetAside } = result;
  const restored = { rows, files, missing: missing.length, headsSetAside };
  const again = erasedAgain.parse(
    await runAnywhere(settings, terminal, 'restore.finish', { erasedList: file, restored }),
  );
  terminal.answer({ ...result, ...again, erasedList: file }, [
    `${rows} rows of ${result.tables} tables and ${files} files are back.`,
    ...(verify ? ['Counts and checksums are those of the snapshot.'] : []),
    file === null
      ? 'Nobody was erased again: no list of erased people was applied.'
      : `${again.erased} people and ${again.erasedGuilds} servers were erased again, as ${file} says.`,
    ...(headsSetAside === null
      ? []
      : [`The heads of the audit trail from before are kept as DATA_DIR/audit/${headsSetAside}.`]),
    ...lostFiles(missing),
  ]);
  return missing.length === 0 ? true : 'incomplete';
};

/** Writes everything that is kept about a person into a file. */
export const exportUser: Command = async (settings, terminal, input) => {
  const { person, file } = z.object({ person: z.string(), file: z.string().optional() }).parse(input);
  const target = resolve(file ?? `slimy-person-${person}.json`);
  const result = await runAnywhere(settings, terminal, 'user.export', { person, file: target });
  terminal.answer(result, [`Everything that is kept about ${person} is in ${target}.`]);
  return true;
};

/** Writes everything that is kept about a server into a file. */
export const exportGuild: Command = async (settings, terminal, input) => {
  const { guildId, file } = z.object({ guildId: z.string(), file: z.string().optional() }).parse(input);
  const target = resolve(file ?? `slimy-guild-${guildId}.json`);
  const result = await runAnywhere(settings, terminal, 'guild.export', { guildId, file: target });
  terminal.answer(result, [`Everything that is kept about ${guildId} is in ${target}.`]);
  return true;
};

/** Erases a person. */
export const eraseUser: Command = async (settings, terminal, input) => {
  const result = await runAnywhere(settings, terminal, 'user.erase', input);
  const { finished } = z.object({ finished: z.boolean() }).parse(result);
  terminal.answer(result, [
    'The person is erased.',
    ...(finished
      ? []
      : [
          'What could not be reached now is done by the job "user.erase": see "slimy jobs list --state queued".',
        ]),
  ]);
  return true;
};

const rotation = z.object({ key: z.string(), rotated: z.number(), left: z.number(), unreadable: z.number() });

/** Encrypts people's Discord tokens with the first key. */
export const rotateKeys: Command = async (settings, terminal) => {
  const [first] = loadSecrets(settings).encryptionKeys;
  const result = await runAnywhere(settings, terminal, 'keys.rotate', { to: first?.id ?? '' });
  const { key, rotated, left, unreadable } = rotation.parse(result);
  terminal.answer(result, [
    `The Discord tokens of ${rotated} people are now encrypted with the key "${key}".`,
    ...(unreadable > 0
      ? [`Those of ${unreadable} people are opened by none of the keys: these people sign in again.`]
      : []),
    left > 0
      ? `Those of ${left} people are still under other keys. Run this again.`
      : 'The other keys can be taken out of ENCRYPTION_KEYS.',
  ]);
  return left === 0;
};
