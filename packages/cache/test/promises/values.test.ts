import { expect, test } from 'vitest';
import { describeOnEachStore } from '../support/stores.ts';

function sample() {
  return {
    id: 9_007_199_254_740_993n,
    name: 'Grüße 🐌',
    at: new Date('2026-01-02T03:04:05.678Z'),
    nothing: null,
    absent: undefined,
    members: new Map<string, unknown>([['1', { joined: new Date(5), tags: new Set(['a', 'b']) }]]),
    bytes: new Uint8Array([0, 255, 7]),
    rows: [{ deep: { deeper: { at: new Date(9), list: [1, 2, 3] } } }],
  };
}

describeOnEachStore('values', (store) => {
  test('Types survive: Date, BigInt, Map, Set, Uint8Array, undefined fields', async () => {
    const one = await store.open();
    const other = await store.open();
    const loaded = await one.getOrSet('db:types:one', async () => sample());
    expect(loaded).toStrictEqual(sample());
    for (const cache of [one, one, one, other, other, other]) {
      const value = await cache.getOrSet('db:types:one', async () => sample());
      expect(value).toStrictEqual(sample());
      expect('absent' in value).toBe(true);
    }
  });

  test('what a caller does to its copy is invisible to the others', async () => {
    const cache = await store.open();
    const key = 'db:types:isolated';
    for (let round = 0; round < 5; round += 1) {
      const value = await cache.getOrSet(key, async () => sample(), {
        consistency: round % 2 ? 'strict' : 'default',
      });
      expect(value).toStrictEqual(sample());
      value.at.setTime(0);
      value.members.clear();
      value.bytes.fill(1);
      value.rows[0]?.deep.deeper.list.push(4);
      value.rows[0]?.deep.deeper.at.setTime(0);
      value.rows.length = 0;
    }
  });

  test('a value that refers to itself comes back so, and the next one as it is', async () => {
    interface Room {
      readonly name: string;
      readonly next: Room[];
    }
    const round: Room = { name: 'round', next: [] };
    round.next.push({ name: 'other', next: [round] });
    const cache = await store.open();
    for (let read = 0; read < 4; read += 1) {
      const value = await cache.getOrSet('db:types:cyclic', async () => round);
      expect(value.next[0]?.next[0]).toBe(value);
      expect(value.next[0]?.name).toBe('other');
    }
    const plain = { name: 'plain', next: [] };
    for (let read = 0; read < 4; read += 1) {
      expect(await cache.getOrSet('db:types:plain', async () => plain)).toStrictEqual(plain);
    }
  });

  test('callers of one load get copies of their own', async () => {
    const cache = await store.open();
    const load = async () => sample();
    const [a, b] = await Promise.all([
      cache.getOrSet('db:types:both', load),
      cache.getOrSet('db:types:both', load),
    ]);
    a?.rows.push({ deep: { deeper: { at: new Date(), list: [] } } });
    expect(b).toStrictEqual(sample());
  });

  test('`null` is a value', async () => {
    const one = await store.open();
    const other = await store.open();
    let loads = 0;
    const load = async () => {
      loads += 1;
      return null;
    };
    expect(await one.getOrSet('user:404:profile', load)).toBeNull();
    expect(await one.getOrSet('user:404:profile', load)).toBeNull();
    expect(await other.getOrSet('user:404:profile', load)).toBeNull();
    expect(await other.get('user:404:profile')).toBeNull();
    expect(await other.get('user:405:profile')).toBeUndefined();
    expect(loads).toBe(1);
  });

  test('a large value is compressed and comes back whole', async () => {
    const one = await store.open();
    const other = await store.open();
    const text = 'snail '.repeat(50_000);
    await one.set('db:types:large', { text });
    expect(await other.get('db:types:large')).toStrictEqual({ text });
    expect(await other.get('db:types:large')).toStrictEqual({ text });
  });

  test('a value that cannot be stored still reaches its callers', async () => {
    const cache = await store.open();
    const load = async () => ({ call: () => 1 });
    const [a, b] = await Promise.all([
      cache.getOrSet('db:types:function', load),
      cache.getOrSet('db:types:function', load),
    ]);
    expect(a?.call()).toBe(1);
    expect(b?.call()).toBe(1);
    expect(await cache.get('db:types:function')).toBeUndefined();
  });
});
