import { describeOnEachEngine } from '@slimy/testing';
import { expect, it } from 'vitest';
import { tablesOf } from '../src/client/of.ts';
import { randomId, type Transaction } from '../src/index.ts';
import { person, storedPerson, useDatabase } from './support/database.ts';

/** A promise with its resolve, to hold work at a point and let it go on. */
function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

describeOnEachEngine('transactions', (fixture) => {
  const database = useDatabase(fixture);
  const usernames = async (...ids: string[]): Promise<string[]> => {
    const rows = await tablesOf(database()).user.findMany({
      where: { id: { in: ids } },
      orderBy: { id: 'asc' },
    });
    return rows.map(({ username }) => username);
  };

  it('keep what the tables and their direct SQL did, together', async () => {
    const one = await storedPerson(database());
    const two = person();
    await database().transaction(async (tx) => {
      await tablesOf(tx).user.create({ data: two });
      expect(
        await tx.sql.execute('UPDATE users SET username = ? WHERE id IN (?, ?)', ['new', one.id, two.id]),
      ).toBe(2);
    });
    expect(await usernames(one.id, two.id)).toEqual(['new', 'new']);
  });

  it('keep nothing when the work throws', async () => {
    const one = await storedPerson(database());
    const two = person();
    const work = async (tx: Transaction): Promise<never> => {
      await tablesOf(tx).user.create({ data: two });
      await tx.sql.execute('UPDATE users SET username = ? WHERE id = ?', ['new', one.id]);
      throw new Error('no');
    };
    await expect(database().transaction(work)).rejects.toThrow('no');
    expect(await usernames(one.id, two.id)).toEqual(['mira']);
  });

  it('of direct SQL keep all or nothing', async () => {
    const { id } = await storedPerson(database());
    const rename = (name: string, fails: boolean) =>
      database().sql.tx(async (sql) => {
        await sql.execute('UPDATE users SET username = ? WHERE id = ?', [name, id]);
        if (fails) throw new Error('no');
      });
    await expect(rename('lost', true)).rejects.toThrow('no');
    expect(await usernames(id)).toEqual(['mira']);
    await rename('kept', false);
    expect(await usernames(id)).toEqual(['kept']);
  });

  it('refuse the root from inside, at once, whichever way', async () => {
    const inside = async (): Promise<void> => {
      const refused = { kind: 'misuse', message: expect.stringContaining('Inside a transaction') };
      await expect(tablesOf(database()).user.count()).rejects.toMatchObject(refused);
      await expect(database().sql.execute('DELETE FROM users')).rejects.toMatchObject(refused);
      await expect(database().sql.tx(async () => {})).rejects.toMatchObject(refused);
      await expect(database().transaction(async () => {})).rejects.toMatchObject(refused);
    };
    const start = performance.now();
    await database().transaction(inside);
    await database().sql.tx(inside);
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(await tablesOf(database()).user.count()).toBeGreaterThan(0);
  });

  it('never let a call from outside run inside of them', async () => {
    const rolledBack = person();
    const outside = person();
    const stored = gate();
    const goOn = gate();
    const failing = database().transaction(async (tx) => {
      await tablesOf(tx).user.create({ data: rolledBack });
      stored.open();
      await goOn.passed;
      throw new Error('rolled back');
    });
    await stored.passed;
    // Started while the transaction is open: seen or waiting, but never part of it.
    const write = tablesOf(database()).user.create({ data: outside });
    const read = database().sql.query('SELECT id FROM rooms WHERE name = ?', [rolledBack.id], {});
    goOn.open();
    await expect(failing).rejects.toThrow('rolled back');
    await Promise.allSettled([write, read]);
    expect(
      await tablesOf(database()).user.count({ where: { id: { in: [rolledBack.id, outside.id] } } }),
    ).toBe(1);
    expect(await usernames(outside.id)).toEqual(['mira']);
  });

  it('that lock each other are run again until both succeed', async () => {
    const a = await storedPerson(database());
    const b = await storedPerson(database());
    const rename = (first: string, second: string, name: string) =>
      database().transaction(async (tx) => {
        await tx.sql.execute('UPDATE users SET username = ? WHERE id = ?', [name, first]);
        await new Promise((resolve) => setImmediate(resolve));
        await tx.sql.execute('UPDATE users SET username = ? WHERE id = ?', [name, second]);
      });
    for (let round = 0; round < 10; round += 1) {
      await Promise.all([rename(a.id, b.id, `x${round}`), rename(b.id, a.id, `y${round}`)]);
      const [one, two] = await usernames(a.id, b.id);
      expect(one).toBe(two);
    }
  });

  it('of direct SQL that lock each other are run again too', async () => {
    const a = await storedPerson(database());
    const b = await storedPerson(database());
    const rename = (first: string, second: string, name: string) =>
      database().sql.tx(async (sql) => {
        await sql.execute('UPDATE users SET username = ? WHERE id = ?', [name, first]);
        await sql.execute('UPDATE users SET username = ? WHERE id = ?', [name, second]);
      });
    for (let round = 0; round < 10; round += 1) {
      await Promise.all([rename(a.id, b.id, `x${round}`), rename(b.id, a.id, `y${round}`)]);
      const [one, two] = await usernames(a.id, b.id);
      expect(one).toBe(two);
    }
  });

  it('lose no increment of twenty writers', async () => {
    const id = randomId();
    await tablesOf(database()).room.create({ data: { name: id, sequence: 0n } });
    await Promise.all(
      Array.from({ length: 20 }, () =>
        database().transaction(async (tx) => {
          await tablesOf(tx).room.update({ where: { name: id }, data: { sequence: { increment: 1 } } });
        }),
      ),
    );
    expect(await tablesOf(database()).room.findUnique({ where: { name: id } })).toMatchObject({
      sequence: 20n,
    });
  });

  it('that race for a new row all end, with one row', async () => {
    const row = person();
    const upsert = (tables: ReturnType<typeof tablesOf>, username: string) =>
      tables.user.upsert({ where: { discordId: row.discordId }, create: row, update: { username } });
    await Promise.all([
      ...Array.from({ length: 10 }, (_, index) => upsert(tablesOf(database()), `root${index}`)),
      ...Array.from({ length: 10 }, (_, index) =>
        database().transaction((tx) => upsert(tablesOf(tx), `tx${index}`)),
      ),
    ]);
    expect(await tablesOf(database()).user.count({ where: { discordId: row.discordId } })).toBe(1);
  });

  it('that take too long are rolled back with a timeout', async () => {
    const row = person();
    const work = async (tx: Transaction): Promise<void> => {
      await tablesOf(tx).user.create({ data: row });
      await new Promise((resolve) => setTimeout(resolve, 400));
      await tablesOf(tx).user.update({ where: { id: row.id }, data: { username: 'late' } });
    };
    await expect(database().transaction(work, { timeoutMs: 150 })).rejects.toMatchObject({ kind: 'timeout' });
    expect(await usernames(row.id)).toEqual([]);
  });

  it('run side by side in greater number than there are connections', async () => {
    const names = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const row = person({ username: `side${index}` });
        await database().transaction((tx) => tablesOf(tx).user.create({ data: row }));
        return row.id;
      }),
    );
    expect((await usernames(...names)).length).toBe(60);
  });
});
