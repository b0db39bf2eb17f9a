import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describeOnEachEngine, temporaryFolder } from '@slimy/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataExports } from '../../src/lifecycle/data-export.ts';
import { outcomeOf } from '../support/calls.ts';
import { newInstallation, openCore, type TestCore } from '../support/open-core.ts';
import { club, settleWorld } from '../support/settle-world.ts';

const now = new Date('2026-11-22T14:00:00.000Z');

/** A disk that is full after so many writes, or only when the file is closed. */
function fullAfter(writes: number): Writable {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  let left = writes;
  return new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => done((left -= 1) < 0 ? error : null),
    final: (done) => done(error),
  });
}

describeOnEachEngine('exports', (fixture) => {
  let core: TestCore;
  const subject = { guildId: club };
  const told = { now, progress: () => {} };

  beforeAll(async () => {
    core = await openCore(await newInstallation(fixture));
    await settleWorld(core.database);
  });
  afterAll(() => core.close());

  const exportsWith = (more: object) =>
    new DataExports({ database: core.database, dataDir: core.settings.DATA_DIR, ...more });

  test('in a file and in memory are the same', async () => {
    const file = join(temporaryFolder('export'), 'guild.json');
    const rowCount = await exportsWith({}).toFile(file, subject, told);
    const answer = await exportsWith({}).inMemory(subject, now);
    expect(answer).toMatchObject({ rowCount, fileName: `slimy-guild-${club}-2026-11-22.json` });
    expect(readFileSync(file, 'utf8')).toBe(answer.content);
    expect(JSON.parse(answer.content).rows).toHaveLength(rowCount);
  });

  test.each([0, 1, 3, 100_000])('onto a disk that is full after %i writes leave no file', async (writes) => {
    const file = join(temporaryFolder('export'), 'guild.json');
    const call = exportsWith({ openFile: () => fullAfter(writes) }).toFile(file, subject, told);
    await expect(call).rejects.toMatchObject({
      reason: 'not_configured',
      message: expect.stringContaining('The disk is full'),
    });
    expect([existsSync(file), existsSync(`${file}.partial`)]).toEqual([false, false]);
  });

  test('that are too large for one answer say what writes them into a file', async () => {
    const exports = exportsWith({ bytesMax: 1_000 });
    expect(await outcomeOf(exports.inMemory(subject, now))).toBe('not_configured');
    await expect(exports.inMemory(subject, now)).rejects.toMatchObject({
      details: { remedy: expect.stringContaining(`slimy export-guild ${club}`) },
    });
  });
});
