import { createHash, randomBytes } from 'node:crypto';
import { headerNames, type ApiTokenAccess } from '@slimy/contract';
import type { Actor } from '@slimy/core';
import { randomId, repositories } from '@slimy/db';
import { sessionRow, type WorldPersonName } from '@slimy/testing';
import { other, world, type SeededWorld } from './small-world.ts';

/** Somebody who calls, under the name that `docs/permissions.md` gives them. */
export interface MatrixCaller {
  readonly name: string;
  /** Whose own things they may touch; null for whoever has none. */
  readonly person: WorldPersonName | null;
  authenticate(): Promise<Actor>;
  /** What they send along over HTTP. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The people of the columns, by the small world's names. */
const people = [
  ['outsider', 'outsider'],
  ['elsewhere', 'ownerElsewhere'],
  ['left', 'left'],
  ['member', 'member'],
  ['club', 'club'],
  ['editor', 'editor'],
  ['moderator', 'moderator'],
  ['admin', 'admin'],
  ['owner', 'owner'],
  ['operator out', 'operatorOutside'],
  ['operator in', 'operator'],
] as const satisfies readonly (readonly [string, WorldPersonName])[];

/** Somebody of whom nothing is stored. */
const NOBODY_KNOWN = '999999999999999999';
const HOUR = 3_600_000;

/** Stores a session of a person and gives its token. */
export async function storeSession(
  { database, ids }: SeededWorld,
  person: WorldPersonName,
  state: 'live' | 'expired' | 'revoked',
): Promise<{ token: string; id: string }> {
  const { token, row } = sessionRow(ids[person], new Date(), state);
  await database.transaction((transaction) => repositories(transaction).sessions.insert(row));
  return { token, id: row.id };
}

/** Stores a personal API token of a person and gives it. */
export async function storeApiToken(
  { database, ids }: SeededWorld,
  person: WorldPersonName,
  grant: {
    readonly access?: ApiTokenAccess;
    readonly guildIds?: readonly string[];
    readonly expiresAt?: Date;
    readonly revoked?: boolean;
  } = {},
): Promise<{ token: string; id: string }> {
  const { access = 'read_write', guildIds = null, revoked = false } = grant;
  const token = `slimy_${randomBytes(32).toString('base64url')}`;
  const id = randomId();
  const now = new Date();
  const { apiTokens } = repositories(database).person(ids[person]);
  await apiTokens.insert({
    id,
    name: 'matrix',
    tokenHash: createHash('sha256').update(token).digest('hex'),
    access,
    guildIds,
    createdAt: now,
    expiresAt: grant.expiresAt ?? new Date(now.getTime() + HOUR),
  });
  if (revoked) await apiTokens.revoke([id], now);
  return { token, id };
}

/** The callers with personal API tokens. */
async function tokenCallers(api: SeededWorld): Promise<MatrixCaller[]> {
  const caller = async (
    name: string,
    person: WorldPersonName,
    grant: Parameters<typeof storeApiToken>[2],
  ): Promise<MatrixCaller> => {
    const { token } = await storeApiToken(api, person, grant);
    return {
      name,
      person,
      authenticate: () => api.core.authentication.bearer(token, null),
      headers: { authorization: `Bearer ${token}` },
    };
  };
  return [
    await caller('read token', 'owner', { access: 'read' }),
    await caller('write token', 'owner', { access: 'read_write' }),
    await caller('token of another guild', 'owner', { guildIds: [other] }),
    await caller('operator’s token', 'operator', {}),
    await caller('expired token', 'owner', { expiresAt: new Date(Date.now() - HOUR) }),
    await caller('revoked token', 'owner', { revoked: true }),
  ];
}

function withSession(
  api: SeededWorld,
  name: string,
  person: WorldPersonName | null,
  { token }: { readonly token: string },
): MatrixCaller {
  return {
    name,
    person,
    authenticate: async () => api.core.authentication.session(token),
    headers: { cookie: `slimy_session=${token}` },
  };
}

/** Every caller of the tables, in no particular order. */
export async function matrixCallers(
  api: SeededWorld & { readonly botToken: string },
): Promise<MatrixCaller[]> {
  const { authentication } = api.core;
  const expired = await storeSession(api, 'owner', 'expired');
  const revoked = await storeSession(api, 'owner', 'revoked');
  const bot = (
    name: string,
    actingAs: string | null,
    person: WorldPersonName | null = null,
  ): MatrixCaller => ({
    name,
    person,
    authenticate: () => authentication.bot(api.botToken, actingAs),
    headers: {
      authorization: `Bearer ${api.botToken}`,
      ...(actingAs === null ? {} : { [headerNames.actingAs]: actingAs }),
    },
  });
  const signedIn: MatrixCaller[] = [];
  for (const [name, person] of people)
    signedIn.push(withSession(api, name, person, await storeSession(api, person, 'live')));
  return [
    { name: 'anonymous', person: null, authenticate: async () => ({ kind: 'anonymous' }), headers: {} },
    withSession(api, 'expired', null, expired),
    withSession(api, 'revoked', null, revoked),
    ...signedIn,
    bot('bot alone', null),
    bot('for nobody known', NOBODY_KNOWN),
    ...people.map(([name, person]) => bot(`for ${name}`, world.people[person].discordId, person)),
    ...(await tokenCallers(api)),
  ];
}
