import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@slimy/testing';
import { expect, test } from 'vitest';
import { readRowFile, writeRowFile } from '../../src/lifecycle/archive-file.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const rows = Array.from({ length: 3_000 }, (_, index) => ({ id: `row-${index}`, text: `${index * 7_919}` }));

async function written(): Promise<string> {
  const file = join(temporaryFolder('archive-file'), 'stats.jsonl.gz');
  await writeRowFile(file, { table: 'stats', schemaVersion: 'one' }, [rows], { now });
  return file;
}

async function read(file: string): Promise<number> {
  let count = 0;
  for await (const some of (await readRowFile(file)).batches) count += some.length;
  return count;
}

test('a file of rows is read as it was written', async () => {
  expect(await read(await written())).toBe(rows.length);
});

test('a file that is not there is an error for whoever reads it, and ends nothing else', async () => {
  await expect(read(join(temporaryFolder('archive-file'), 'gone.jsonl.gz'))).rejects.toThrow(
    /ENOENT.*gone\.jsonl\.gz/,
  );
});

test('a file that is cut off or damaged is named', async () => {
  const file = await written();
  const whole = readFileSync(file);
  for (const keep of [whole.length - 100, Math.floor(whole.length / 2), 5]) {
    writeFileSync(file, whole.subarray(0, keep));
    await expect(read(file), `${keep} bytes`).rejects.toThrow(`The file ${file} is `);
  }
  writeFileSync(file, 'no archive');
  await expect(read(file)).rejects.toThrow(`The file ${file} is damaged or cut off.`);
});
