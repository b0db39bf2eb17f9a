import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { expect, test } from 'vitest';
import { describeOnEachEngine, type DatabaseTemplate } from '../src/index.ts';

const statements = [
  'CREATE TABLE parents (id INT PRIMARY KEY)',
  'CREATE TABLE children (id INT PRIMARY KEY, parent INT NOT NULL, FOREIGN KEY (parent) REFERENCES parents (id))',
  'INSERT INTO parents VALUES (1)',
  "CREATE TRIGGER keep BEFORE DELETE ON parents FOR EACH ROW BEGIN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'parents stay'; END",
];

async function ask(url: string, ...all: readonly string[]): Promise<RowDataPacket[]> {
  const connection = await createConnection(url);
  try {
    let rows: RowDataPacket[] = [];
    for (const sql of all) [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    await connection.end();
  }
}

describeOnEachEngine('a database from a template', ({ engine, databaseUrl }) => {
  let filled = 0;
  const template: DatabaseTemplate = {
    name: 'family',
    fill: async (url) => {
      filled += 1;
      if (engine === 'mariadb') await ask(url, ...statements);
      else writeFileSync(fileURLToPath(url), 'rows');
    },
  };

  test('has what the template has, each for itself, and the template is filled once', async () => {
    const [first, second] = [await databaseUrl(template), await databaseUrl(template)];
    expect(first).not.toBe(second);
    if (engine === 'mariadb') {
      await expect(ask(first, 'DELETE FROM parents')).rejects.toThrow('parents stay');
      await expect(ask(first, 'INSERT INTO children VALUES (1, 2)')).rejects.toThrow('foreign key');
      await ask(first, 'INSERT INTO children VALUES (1, 1)');
      expect(await ask(second, 'SELECT * FROM parents')).toEqual([{ id: 1 }]);
      expect(await ask(second, 'SELECT * FROM children')).toEqual([]);
    } else {
      writeFileSync(fileURLToPath(first), 'changed');
      expect(readFileSync(fileURLToPath(second), 'utf8')).toBe('rows');
    }
    expect(filled).toBe(1);
  });

  test('is made anew where nothing is filled in', async () => {
    const url = await databaseUrl();
    if (engine === 'mariadb') expect(await ask(url, 'SHOW TABLES')).toEqual([]);
    else expect(existsSync(fileURLToPath(url))).toBe(false);
  });
});
