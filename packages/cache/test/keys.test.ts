import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cacheKeys, canonicalParameters, keySegment } from '../src/index.ts';

describe('cache keys', () => {
  test('the four forms', () => {
    expect(cacheKeys.api('guild.list', { limit: 10 })).toBe('api:guild.list:(limit=10)');
    expect(cacheKeys.db('guilds', 'byId', { id: '42' })).toBe('db:guilds:byId:(id="42")');
    expect(cacheKeys.user('u1', 'guilds')).toBe('user:u1:guilds');
    expect(cacheKeys.guild('42', 'settings')).toBe('guild:42:settings');
  });

  test('equal parameters give equal keys, whatever the order of their fields', () => {
    const one = { a: 1, b: { c: [1, '2', null], d: new Date(5) }, none: undefined };
    const two = { b: { d: new Date(5), c: [1, '2', null] }, a: 1 };
    expect(canonicalParameters(one)).toBe(canonicalParameters(two));
  });

  test('different parameters give different keys', () => {
    const all = [
      1,
      '1',
      1n,
      true,
      'true',
      null,
      'null',
      [],
      {},
      [1],
      ['1'],
      { a: 1 },
      { a: '1' },
      new Date(1),
      '@1',
      '',
      '-',
      'a=1',
      [null],
    ];
    expect(new Set(all.map(canonicalParameters)).size).toBe(all.length);
  });

  test('no text reaches into another segment', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (a, b) => {
        const segment = keySegment(a);
        expect(segment).not.toMatch(/[:*{}\s]/);
        expect(keySegment(a) === keySegment(b)).toBe(a === b);
      }),
    );
    expect(() => cacheKeys.user('', 'guilds')).toThrow(/user id/);
  });

  test('long parameters become a hash', () => {
    const key = cacheKeys.api('search', { text: 'x'.repeat(5_000) });
    expect(key.length).toBeLessThan(80);
    expect(key).not.toBe(cacheKeys.api('search', { text: 'x'.repeat(5_001) }));
  });
});
