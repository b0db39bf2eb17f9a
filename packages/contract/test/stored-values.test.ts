import { describe, expect, test } from 'vitest';
import { procedures, type ProcedureName } from '../src/index.ts';

const guildId = '200000000000000001';
const present = (user: object) => ({
  guildId,
  members: [
    {
      kind: 'present',
      user: { discordId: guildId, username: 'x', globalName: null, avatar: null, ...user },
      roleIds: [],
      permissions: '0',
      joinedAt: null,
    },
  ],
});

/** Every text that a caller gives and the database keeps, or is asked for. */
const stored: readonly (readonly [ProcedureName, string, (text: string) => object])[] = [
  ['conversation.create', 'title', (title) => ({ title })],
  ['message.send', 'text', (text) => ({ guildId, text })],
  ['upload.create', 'originalName', (originalName) => ({ purpose: 'snail-analyze', bytes: 1, originalName })],
  ['guild.settings.update', 'notes', (notes) => ({ guildId, version: 0, settings: { notes } })],
  ['guild.settings.update', 'sheetTab', (sheetTab) => ({ guildId, version: 0, settings: { sheetTab } })],
  [
    'guild.personality.update',
    'systemPrompt',
    (systemPrompt) => ({ guildId, version: 0, personality: { systemPrompt } }),
  ],
  [
    'guild.sync',
    'name',
    (name) => ({ guildId, name, icon: null, ownerDiscordId: guildId, botPresent: true }),
  ],
  ['guild.members.sync', 'username', (username) => present({ username })],
  ['guild.members.sync', 'globalName', (globalName) => present({ globalName })],
  ['auth.tokens.create', 'name', (name) => ({ name, access: 'read', expiresInDays: 1 })],
  ['club.members.history', 'memberKey', (memberKey) => ({ guildId, memberKey })],
  ['club.metrics.byCategory', 'category', (category) => ({ guildId, analysisId: 'a', category })],
];

describe('A text that is kept', () => {
  test.each(stored)('%s: %s holds no NUL and no half of a character', (name, _, inputOf) => {
    const { input } = procedures[name];
    expect(input.safeParse(inputOf('a 🐌 b')).success).toBe(true);
    for (const text of ['a\0b', 'a\ud800b', '\udc00'])
      expect(input.safeParse(inputOf(text)).success).toBe(false);
  });
});

describe('The version of a row that was read', () => {
  test.each([
    ['guild.settings.update', { guildId, settings: { notes: 'x' } }],
    ['guild.personality.update', { guildId, personality: { humor: true } }],
    ['lifecycle.setPolicy', { kind: 'rollups', enabled: false, action: 'delete', days: null }],
  ] as const)('is one that a row can have: %s', (name, rest) => {
    const { input } = procedures[name];
    expect(input.safeParse({ ...rest, version: 2_147_483_646 }).success).toBe(true);
    for (const version of [-1, 0.5, 2_147_483_647])
      expect(input.safeParse({ ...rest, version }).success).toBe(false);
  });
});
