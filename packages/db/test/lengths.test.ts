import { describeOnEachEngine } from '@slimy/testing';
import { expect, it } from 'vitest';
import { tablesOf } from '../src/client/of.ts';
import { at, person, storedPerson, useDatabase } from './support/database.ts';
import { errorOf } from './support/errors.ts';

const snail = '🐌';

describeOnEachEngine('lengths', (fixture) => {
  const database = useDatabase(fixture);

  it('are counted in characters, not in UTF-16 units', async () => {
    const row = { ...person(), username: snail.repeat(100) };
    await tablesOf(database()).user.create({ data: row });
    expect(await tablesOf(database()).user.findUnique({ where: { id: row.id } })).toMatchObject({
      username: row.username,
    });
    const longer = { ...person(), username: snail.repeat(101) };
    const error = await errorOf(tablesOf(database()).user.create({ data: longer }));
    expect(error).toMatchObject({ kind: 'too_long', table: 'users', columns: ['username'] });
    expect(error.message).not.toContain(snail);
  });

  it('hold for 10,000 characters of four bytes in prose, and for the bytes of the column', async () => {
    const author = await storedPerson(database());
    const message = (id: string, text: string) =>
      tablesOf(database()).chatMessage.create({
        data: { id, userId: author.id, sequence: 1n, role: 'user', text, createdAt: at },
      });
    expect((await message('m1', snail.repeat(10_000))).text).toHaveLength(20_000);
    expect((await errorOf(message('m2', 'é'.repeat(32_768)))).kind).toBe('too_long');
  });

  it('are checked in every kind of write, nested ones too', async () => {
    const { id } = await storedPerson(database());
    const tables = tablesOf(database());
    const long = 'x'.repeat(201);
    const conversation = { id: 'c1', title: long, createdAt: at, updatedAt: at };
    const writes = [
      () => tables.user.update({ where: { id }, data: { username: long } }),
      () => tables.user.update({ where: { id }, data: { username: { set: long } } }),
      () => tables.user.updateMany({ where: { id }, data: { username: long } }),
      () => tables.user.createMany({ data: [person(), { ...person(), username: long }] }),
      () => tables.user.upsert({ where: { id }, create: person(), update: { username: long } }),
      () => tables.user.create({ data: { ...person(), conversations: { create: conversation } } }),
      () => tables.user.create({ data: { ...person(), conversations: { create: [conversation] } } }),
      () =>
        tables.user.create({
          data: { ...person(), conversations: { createMany: { data: [conversation] } } },
        }),
      () =>
        tables.user.update({
          where: { id },
          data: { conversations: { update: { where: { id: 'c1' }, data: { title: long } } } },
        }),
      () =>
        tables.user.update({
          where: { id },
          data: { conversations: { upsert: { where: { id: 'c1' }, create: conversation, update: {} } } },
        }),
    ];
    for (const write of writes) {
      expect(await errorOf(write())).toMatchObject({ kind: 'too_long' });
    }
  });

  it('of the words searched for are not limited', async () => {
    const found = await tablesOf(database()).user.findMany({ where: { username: 'x'.repeat(500) } });
    expect(found).toEqual([]);
  });

  it('go with the range of numbers, through the tables and through direct SQL', async () => {
    const { room, job } = tablesOf(database());
    const tooBig = 2n ** 63n;
    expect((await errorOf(room.create({ data: { name: 'big', sequence: tooBig } }))).kind).toBe(
      'out_of_range',
    );
    const direct = database().sql.execute('INSERT INTO rooms (name, sequence) VALUES (?, ?)', [
      'big',
      tooBig,
    ]);
    expect((await errorOf(direct)).kind).toBe('out_of_range');
    const attempts = job.updateMany({ where: { id: 'none' }, data: { attempts: 2 ** 31 } });
    expect((await errorOf(attempts)).kind).toBe('out_of_range');
    await room.create({ data: { name: 'largest', sequence: tooBig - 1n } });
    const near = await database().sql.query('SELECT name FROM rooms WHERE sequence = ?', [tooBig - 2n], {});
    expect(near).toEqual([]);
  });

  it('go with a refusal of NUL, which one engine would cut at', async () => {
    const call = tablesOf(database()).user.create({ data: { ...person(), username: 'a\0b' } });
    expect((await errorOf(call)).kind).toBe('invalid_value');
  });
});

describeOnEachEngine('secret columns', (fixture) => {
  const database = useDatabase(fixture);

  it('come with no read that does not ask for them by name', async () => {
    const tables = tablesOf(database());
    const row = { ...person(), discordAccessToken: 'secret-1', discordRefreshToken: 'secret-2' };
    const session = {
      id: row.id,
      tokenHash: `hash-${row.id}`,
      createdAt: at,
      lastSeenAt: at,
      idleExpiresAt: at,
      expiresAt: at,
    };
    const created = await tables.user.create({
      data: { ...row, sessions: { create: session } },
      include: { sessions: true },
    });
    const reads = [
      created,
      await tables.user.findMany({ include: { sessions: true } }),
      await tables.session.findMany({ include: { user: true } }),
      await tables.user.update({ where: { id: row.id }, data: { username: 'x' } }),
      await tables.session.findUnique({ where: { tokenHash: session.tokenHash } }),
      await database().transaction((tx) => tablesOf(tx).user.findMany({ include: { sessions: true } })),
    ];
    expect(JSON.stringify(reads)).not.toMatch(/secret-|hash-/);
    const asked = await tables.user.findUnique({
      where: { id: row.id },
      omit: { discordAccessToken: false },
    });
    expect(asked?.discordAccessToken).toBe('secret-1');
    // @ts-expect-error -- not there by type either
    expect(created.discordAccessToken).toBeUndefined();
  });
});
