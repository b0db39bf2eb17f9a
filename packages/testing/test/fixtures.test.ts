import { afterEach, describe, expect, test, vi } from 'vitest';
import { shortOrLong, smallWorld, vectorCases } from '../src/index.ts';

describe('vectorCases', () => {
  test('gives the cases of a suite', () => {
    expect(vectorCases('snowflake')[0]).toEqual({
      input: expect.any(String),
      expected: expect.any(Boolean),
    });
    const inputs: readonly string[] = vectorCases('snowflake', ({ input }) => String(input));
    expect(inputs).toEqual(vectorCases('snowflake').map(({ input }) => input));
  });

  test('does not pass an unknown suite as empty', () => {
    expect(() => vectorCases('snowflakes')).toThrow('domain-cases.json has no cases of "snowflakes".');
  });
});

describe('smallWorld', () => {
  const { people, guilds, memberships } = smallWorld();

  test('has a membership in the club for every role of the ladder', () => {
    const highest = memberships
      .filter(({ guildId, leftAt }) => guildId === guilds.club.id && leftAt === null)
      .map(({ discordRoles, grantedRoles }) => [...discordRoles, ...grantedRoles].at(-1));
    for (const role of ['owner', 'admin', 'moderator', 'editor', 'club', 'member'])
      expect(highest).toContain(role);
  });

  test('names each person once, with an id that Discord could give', () => {
    const ids = Object.values(people).map((one) => one.discordId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of [...ids, guilds.club.id, guilds.other.id]) expect(id).toMatch(/^\d{17,20}$/);
  });

  test('is the same at each call', () => {
    expect(smallWorld()).toEqual({ people, guilds, memberships });
  });
});

describe('shortOrLong', () => {
  afterEach(() => vi.unstubAllEnvs());

  test.each([
    [undefined, 10],
    ['1', 1000],
  ])('with SLIMY_TEST_LONG %s counts to %i', (value, count) => {
    vi.stubEnv('SLIMY_TEST_LONG', value);
    expect(shortOrLong(10, 1000)).toBe(count);
  });
});
