// Another process of an installation that saves a guild's settings and is killed right after the commit.
import { createCache, createSignals } from '@slimy/cache';
import { loadSecrets, loadSettings } from '@slimy/config';
import { openDatabase } from '@slimy/db';
import { createCore, outboxJournal } from '@slimy/core';

const { environment, url, redisUrl, prefix, token, guildId } = JSON.parse(process.argv[2] ?? '{}');
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const settings = loadSettings(environment);
const database = await openDatabase({ url });
const commit = database.transaction.bind(database);
database.transaction = async (work, options) => {
  await commit(work, options);
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => {});
};
const shared = { redis: redisUrl === null ? undefined : { url: redisUrl }, prefix };
const cache = createCache({ ...shared, journal: outboxJournal(database) });
await cache.ready(5000);
const signals = createSignals(shared);
const core = await createCore({
  settings,
  secrets: loadSecrets(settings),
  database,
  cache,
  signals,
  logger: silent,
});
const actor = await core.authentication.session(token);
const caller = { actor, request: { requestId: 'dying', ipAddress: null, userAgent: null } };
await core.services.guildSettings.update(caller, { guildId, version: 0, settings: { notes: 'last words' } });
