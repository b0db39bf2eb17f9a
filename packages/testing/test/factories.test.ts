import { describe, expect, test } from 'vitest';
import { crowd, guildRow, membershipRow, personFacts, presentMember, sessionRow } from '../src/index.ts';

const now = new Date('2026-01-05T12:00:00Z');

describe('factories', () => {
  test('make whole rows of what a test says, and keep what it says', () => {
    expect(personFacts('100000000000000001')).toEqual({
      discordId: '100000000000000001',
      username: 'user_0001',
      globalName: null,
      avatar: null,
    });
    expect(guildRow({ id: '200000000000000001', memberCount: 3 }, now)).toMatchObject({
      name: 'Guild 200000000000000001',
      botPresent: true,
      memberCount: 3,
      createdAt: now,
    });
    const person = personFacts('100000000000000001');
    expect(presentMember(person, { permissions: '8' })).toEqual({
      kind: 'present',
      user: person,
      roleIds: [],
      permissions: '8',
      joinedAt: null,
    });
  });

  test('make crowds in which nobody is twice', () => {
    const people = crowd(100, 900_000_000_000_000_000n);
    expect(new Set(people.map(({ discordId }) => discordId)).size).toBe(100);
    expect(new Set(people.map(({ username }) => username)).size).toBe(100);
  });

  test('join the roles of a membership in the order of the ladder, and leave none to who left', () => {
    const facts = { discordRoles: ['admin'], grantedRoles: ['club'], joinedAt: now } as const;
    expect(membershipRow('u', facts)).toMatchObject({
      roles: ['member', 'club', 'admin'],
      discordRoles: ['member', 'admin'],
      grantedRoles: ['club'],
      leftAt: null,
    });
    expect(membershipRow('u', { ...facts, leftAt: now })).toMatchObject({
      roles: [],
      discordRoles: [],
      grantedRoles: [],
      leftAt: now,
    });
  });

  test('make sessions that live, expired ones and revoked ones, each with a token of its own', () => {
    const live = sessionRow('u', now);
    expect(live.row.expiresAt > now && live.row.revokedAt === null).toBe(true);
    expect(sessionRow('u', now, 'expired').row.expiresAt < now).toBe(true);
    expect(sessionRow('u', now, 'revoked').row.revokedAt).toEqual(now);
    expect(sessionRow('u', now).token).not.toBe(live.token);
  });
});
