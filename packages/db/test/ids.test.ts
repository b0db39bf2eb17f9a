import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseEmail, normaliseName, randomId, timeOrderedId } from '../src/index.ts';

describe('ids', () => {
  it('rise within a process, also within one millisecond', () => {
    const now = new Date();
    const ids = Array.from({ length: 5_000 }, () => timeOrderedId(now));
    expect(new Set(ids).size).toBe(5_000);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('sort by their instants when compared byte by byte', () => {
    const instant = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        fc.pre(a.getTime() !== b.getTime());
        const [idA, idB] = [timeOrderedId(a), timeOrderedId(b)];
        expect(Buffer.compare(Buffer.from(idA), Buffer.from(idB)) < 0).toBe(a < b);
      }),
    );
  });

  it('hold what the contract says of an opaque id and fit their column', () => {
    for (const id of [randomId(), timeOrderedId()]) expect(id).toMatch(/^[A-Za-z0-9_-]{22,32}$/);
    expect(new Set(Array.from({ length: 10_000 }, randomId)).size).toBe(10_000);
  });
});

describe('the search key of a name', () => {
  it.each([
    ['Mira', 'MIRA'],
    ['café', 'CAFÉ'],
    ['café', 'cafe'],
    ['ｘＸ Ｍｉｒａ', 'xx mira'],
    ['  two\t words ', 'two words'],
    ['İstanbul', 'istanbul'],
    ['ΟΔΟΣ', 'οδος'],
    ['zero\u200Bwidth', 'zerowidth'],
  ])('%j is found by %j', (name, typed) => {
    expect(normaliseName(name)).toBe(normaliseName(typed));
  });

  it('keeps emoji and scripts apart', () => {
    const names = ['🐌', '🐙', 'か', 'が', '가', 'ك', 'mira'];
    expect(new Set(names.map(normaliseName)).size).toBe(names.length);
  });

  it('never holds a character that means something in a pattern, and never grows past its column', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const key = normaliseName(name);
        expect(key).not.toMatch(/[%_\\\0]/);
        expect(Array.from(key).length).toBeLessThanOrEqual(200);
        expect(normaliseName(key)).toBe(key);
      }),
    );
  });

  it('of an e-mail address knows neither case nor surrounding space, but every other character', () => {
    expect(normaliseEmail(' Mira.S_x@Example.ORG ')).toBe('mira.s_x@example.org');
    expect(normaliseEmail('a.b@example.org')).not.toBe(normaliseEmail('ab@example.org'));
  });
});
