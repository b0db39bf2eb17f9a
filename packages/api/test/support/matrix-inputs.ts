import type { InputOf, ProcedureName } from '@slimy/contract';
import type { Caller } from '@slimy/core';
import { appendStats, randomId, repositories } from '@slimy/db';
import { personFacts } from '@slimy/testing';
import { storeApiToken, storeSession, type MatrixCaller } from './matrix-callers.ts';
import { club, world, type SeededWorld } from './small-world.ts';

/** Somebody to add: a person who is in no guild and calls nowhere. */
const newcomer = world.people.memberElsewhere.discordId;
const request = { requestId: 'prepare', ipAddress: null, userAgent: null };

type InputMaker = (api: SeededWorld, caller: MatrixCaller) => unknown;

async function ownerOf(api: SeededWorld): Promise<Caller> {
  const { token } = await storeSession(api, 'owner', 'live');
  return { actor: await api.core.authentication.session(token), request };
}

/** A plain member whom every cell that changes somebody may change; there again when a cell removed them. */
async function target(api: SeededWorld): Promise<string> {
  const { members } = api.core.services;
  const owner = await ownerOf(api);
  const { discordId } = world.people.adminElsewhere;
  await members.addMany(owner, { guildId: club, members: [{ discordId, roles: [] }], partial: true });
  return api.ids.adminElsewhere;
}

/** Makes sure that the newcomer is not in the guild. */
async function withoutNewcomer(api: SeededWorld): Promise<string> {
  const owner = await ownerOf(api);
  const userIds = [api.ids.memberElsewhere];
  await api.core.services.members.removeMany(owner, { guildId: club, userIds, partial: true });
  return newcomer;
}

async function settingsVersion(api: SeededWorld): Promise<number> {
  const { version } = await api.core.services.guildSettings.get(await ownerOf(api), { guildId: club });
  return version;
}

async function personalityVersion(api: SeededWorld): Promise<number> {
  const { version } = await api.core.services.personality.get(await ownerOf(api), { guildId: club });
  return version;
}

async function storedClubAnalysis(api: SeededWorld): Promise<string> {
  return api.core.clubAnalysisIntake.store(await ownerOf(api), club, {
    title: null,
    summary: 'A club of snails',
    metrics: [{ name: 'totalMembers', value: 55 }],
    insights: [],
    recommendations: [],
    images: [],
  });
}

async function storedClubMember({ database }: SeededWorld): Promise<string> {
  const memberKey = 'gary';
  await database.transaction(async (transaction) => {
    const { clubMembers } = repositories(transaction).guild(club);
    const now = new Date();
    if ((await clubMembers.byKeys([memberKey])).size === 0)
      await clubMembers.insert([{ memberKey, name: 'Gary' }], now, now);
  });
  return memberKey;
}

/** An analysis of the caller's own; anybody's where nobody calls. */
async function storedScreenshot(api: SeededWorld, { person }: MatrixCaller): Promise<string> {
  const { token } = await storeSession(api, person ?? 'owner', 'live');
  const caller = { actor: await api.core.authentication.session(token), request };
  return api.core.screenshotIntake.store(caller, {
    screenshotType: 'profile',
    uploadId: null,
    imageUrl: null,
    title: 'Gary',
    description: 'A snail',
    summary: 'A snail',
    processingTime: 1,
    modelUsed: 'none',
    data: [],
    tags: [],
    insights: [],
    recommendations: [],
  });
}

let told = 0;
const usageEvent = () => ({
  guildId: club,
  type: 'matrix.call',
  value: { cell: told },
  eventId: `m${(told += 1)}`,
});
/** A job that was given up. */
async function deadJob({ database }: SeededWorld): Promise<string> {
  const now = new Date();
  return database.transaction(async (transaction) => {
    const { jobs } = repositories(transaction);
    const kind = 'tests.dead';
    await jobs.enqueue({ kind, payload: {}, runAt: now, maxAttempts: 1 }, now);
    const lease = { owner: 'matrix', now, until: now };
    const taken = await jobs.take(lease, [kind]);
    if (!taken) throw new Error('The job that was just stored is not there.');
    await jobs.finish(taken.id, 'matrix', { error: 'it failed', retryAt: null, now });
    return taken.id;
  });
}

/** A conversation of the caller's own; of whoever has none, the owner's. */
async function conversationOf(
  api: SeededWorld,
  { person }: MatrixCaller,
): Promise<{ conversationId: string }> {
  const { conversations } = repositories(api.database).person(api.ids[person ?? 'owner']);
  return { conversationId: (await conversations.create({ title: null }, new Date())).id };
}

/** A file that the caller announced for the guild; of whoever has nothing of their own, the owner's. */
async function uploadOf(api: SeededWorld, { person }: MatrixCaller): Promise<object> {
  const id = randomId();
  const createdAt = new Date();
  await repositories(api.database).uploads.insert({
    id,
    userId: api.ids[person ?? 'owner'],
    guildId: club,
    purpose: 'club-roster',
    originalName: null,
    bytes: 1,
    storageKey: id,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + 3_600_000),
  });
  return { guildId: club, uploadId: id };
}

/** A message that the owner of the guild wrote there. */
async function ownersMessage(api: SeededWorld): Promise<string> {
  const said = { userId: api.ids.owner, role: 'user', text: 'hello', adminOnly: false } as const;
  const { message } = await api.database.transaction((transaction) =>
    repositories(transaction).guild(club).messages.send(said, new Date()),
  );
  return message.id;
}

async function policyVersion({ database }: SeededWorld, kind: string): Promise<number> {
  const saved = await repositories(database).retentionPolicies.all();
  return saved.find((one) => one.kind === kind)?.version ?? 0;
}

const archives = new WeakMap<SeededWorld, Promise<string>>();

async function madeArchive({ core, database }: SeededWorld): Promise<string> {
  const now = new Date();
  const long = new Date('2020-01-01T00:00:00.000Z');
  await database.transaction(async (transaction) => {
    const repos = repositories(transaction);
    const event = {
      type: 'matrix.old',
      value: 1,
      eventId: 'old',
      timestamp: long,
      userId: null,
      guildId: null,
    };
    await appendStats(transaction.sql, [{ ...event, source: 'system' }]);
    const policy = { kind: 'stats', enabled: true, action: 'archive', days: 365, updatedById: null } as const;
    await repos.retentionPolicies.save(policy, 0, now);
    await repos.jobs.enqueue(
      { kind: 'lifecycle.run', payload: { kind: 'stats' }, runAt: now, maxAttempts: 1 },
      now,
    );
  });
  await core.jobs.runDue();
  const { items } = await repositories(database).archives.page('stats', { limit: 1 });
  return items[0]?.id ?? '';
}

/** An archive of one old event, made once and brought back as often as somebody may. */
function oneArchive(api: SeededWorld): Promise<string> {
  const known = archives.get(api) ?? madeArchive(api);
  archives.set(api, known);
  return known;
}

let passersBy = 0;

/** Somebody who is nobody in the small world. */
async function passerBy({ database }: SeededWorld): Promise<string> {
  const discordId = String(810_000_000_000_000_000n + BigInt((passersBy += 1)));
  const profile = personFacts(discordId, { username: 'passer-by' });
  const users = await database.transaction((transaction) =>
    repositories(transaction).users.insert([profile], new Date()),
  );
  return users[0]?.id ?? '';
}

const nothing = () => undefined;
const theGuild = () => ({ guildId: club });

/** For every procedure an input that is valid for every caller of it. */
export const matrixInputs: Readonly<Record<ProcedureName, InputMaker>> = {
  'auth.session': nothing,
  'auth.sessions': () => ({}),
  'auth.revokeSession': async (api, { person }) => ({
    sessionId: (await storeSession(api, person ?? 'owner', 'live')).id,
  }),
  'auth.revokeOtherSessions': nothing,
  'auth.tokens.list': () => ({}),
  'auth.tokens.create': () => ({ name: 'matrix', access: 'read', expiresInDays: 1 }),
  'auth.tokens.revoke': async (api, { person }) => ({
    tokenId: (await storeApiToken(api, person ?? 'owner')).id,
  }),
  'user.me': nothing,
  'user.byId': ({ ids }) => ({ userId: ids.member }),
  'user.byDiscordId': () => ({ discordId: world.people.member.discordId }),
  'user.update': () => ({ lastActiveGuildId: null }) satisfies InputOf<'user.update'>,
  'user.export': ({ ids }) => ({ userId: ids.memberElsewhere }),
  'user.erase': async (api) => ({ userId: await passerBy(api), confirm: 'erase passer-by' }),
  'user.settings.get': nothing,
  'user.settings.update': () => ({ theme: 'dark' }) satisfies InputOf<'user.settings.update'>,
  'guild.connectable': nothing,
  'guild.connect': theGuild,
  'guild.mine': nothing,
  'guild.list': () => ({}),
  'guild.byId': () => ({ guildId: club, includeMembers: true }),
  'guild.refresh': theGuild,
  'guild.delete': () => ({ guildId: club, confirmName: world.guilds.club.name }),
  'guild.sync': () => {
    const { name, icon, ownerDiscordId } = world.guilds.club;
    return { guildId: club, name, icon, ownerDiscordId, botPresent: true };
  },
  'guild.can': () => ({ guildId: club, action: 'view_members' }) satisfies InputOf<'guild.can'>,
  'guild.onChange': theGuild,
  'guild.members.list': theGuild,
  'guild.members.add': async (api) => ({ guildId: club, discordId: await withoutNewcomer(api) }),
  'guild.members.setRoles': async (api) => ({ guildId: club, userId: await target(api), roles: ['club'] }),
  'guild.members.remove': async (api) => ({ guildId: club, userId: await target(api) }),
  'guild.members.addMany': async (api) => ({
    guildId: club,
    members: [{ discordId: await withoutNewcomer(api), roles: [] }],
  }),
  'guild.members.setRolesMany': async (api) => ({
    guildId: club,
    members: [{ userId: await target(api), roles: ['club'] }],
  }),
  'guild.members.removeMany': async (api) => ({ guildId: club, userIds: [await target(api)] }),
  'guild.members.sync': () => ({ guildId: club, members: [] }),
  'guild.settings.get': theGuild,
  'guild.settings.update': async (api) => ({
    guildId: club,
    version: await settingsVersion(api),
    settings: { notes: 'from the matrix' },
  }),
  'guild.personality.get': theGuild,
  'guild.personality.update': async (api) => ({
    guildId: club,
    version: await personalityVersion(api),
    personality: { humor: true },
  }),
  'guild.personality.reset': theGuild,
  'guild.personality.presets': theGuild,
  'guild.personality.preview': theGuild,
  'audit.recent': theGuild,
  'audit.failed': theGuild,
  'audit.byResource': () => ({ guildId: club, resourceType: 'guild', resourceId: club }),
  'audit.stats': theGuild,
  'audit.export': theGuild,
  'audit.verify': () => ({}),
  'club.analysis.byId': async (api) => ({ guildId: club, analysisId: await storedClubAnalysis(api) }),
  'club.analysis.list': theGuild,
  'club.analysis.delete': async (api) => ({ guildId: club, analysisId: await storedClubAnalysis(api) }),
  'club.metrics.byCategory': async (api) => ({
    guildId: club,
    analysisId: await storedClubAnalysis(api),
    category: 'membership',
  }),
  'club.members.latest': theGuild,
  'club.members.history': async (api) => ({ guildId: club, memberKey: await storedClubMember(api) }),
  'screenshot.byId': async (api, caller) => ({ analysisId: await storedScreenshot(api, caller) }),
  'screenshot.list': () => ({}),
  'screenshot.delete': async (api, caller) => ({ analysisId: await storedScreenshot(api, caller) }),
  'screenshot.compare': async (api, caller) => ({
    analysisId1: await storedScreenshot(api, caller),
    analysisId2: await storedScreenshot(api, caller),
  }),
  'screenshot.comparisons': () => ({}),
  'usage.record': () => usageEvent(),
  'usage.recordMany': () => ({ events: [usageEvent(), usageEvent()] }),
  'usage.series': theGuild,
  'usage.summary': theGuild,
  'usage.top': theGuild,
  'usage.events': theGuild,
  'conversation.create': () => ({ title: 'Plans' }),
  'conversation.rename': async (api, caller) => ({
    ...(await conversationOf(api, caller)),
    title: 'Better plans',
  }),
  'conversation.delete': conversationOf,
  'conversation.list': () => ({}),
  'conversation.byId': conversationOf,
  'message.send': () => ({ guildId: club, text: 'hello' }),
  'message.list': theGuild,
  'message.delete': async (api) => ({ guildId: club, messageId: await ownersMessage(api) }),
  'message.onNew': theGuild,
  'lifecycle.policies': nothing,
  'lifecycle.setPolicy': async (api) => ({
    kind: 'rollups',
    version: await policyVersion(api, 'rollups'),
    enabled: false,
    action: 'delete',
    days: null,
  }),
  'lifecycle.preview': () => ({}),
  'lifecycle.run': () => ({ kind: 'tokens' }),
  'lifecycle.archives': () => ({}),
  'lifecycle.restoreArchive': async (api) => ({ archiveId: await oneArchive(api) }),
  'lifecycle.exportGuild': theGuild,
  'lifecycle.eraseGuild': () => ({ guildId: club, confirmName: world.guilds.club.name }),
  'upload.create': () =>
    ({ guildId: club, purpose: 'guild-gallery', bytes: 10 }) satisfies InputOf<'upload.create'>,
  'upload.byId': uploadOf,
  'upload.delete': uploadOf,
  'system.version': nothing,
  'system.health': nothing,
  'system.cacheStats': nothing,
  'system.cacheExplain': () => ({ key: `guild:${club}:detail` }),
  'system.cacheInvalidate': () => ({ keys: [`guild:${club}:detail`] }),
  'system.cacheClear': nothing,
  'system.jobs': () => ({}),
  'system.jobRetry': async (api) => ({ jobId: await deadJob(api) }),
};
