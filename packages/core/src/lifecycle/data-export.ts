import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { rename, rm } from 'node:fs/promises';
import { mergeAllStatDeltas, type Database } from '@slimy/db';
import { AppError } from '../errors.js';
import type { TaskProgress } from '../operator/task.js';
import { keptData, type DataSubject } from './kept-data.js';

const FORMAT = 'slimy.kept-data.1';
/** Rows in an answer; more than that belongs into a file. */
const MOST_ROWS = 50_000;

/** A file with everything that is kept about somebody, as JSON. */
export interface DataExport {
  readonly fileName: string;
  readonly contentType: 'application/json';
  readonly content: string;
  readonly rowCount: number;
}

function nameOf(subject: DataSubject, now: Date): string {
  const [kind, id] = 'userId' in subject ? ['person', subject.userId] : ['guild', subject.guildId];
  return `slimy-${kind}-${id}-${now.toISOString().slice(0, 10)}.json`;
}

function header(subject: DataSubject, now: Date): string {
  return `{"format":"${FORMAT}","exportedAt":"${now.toISOString()}","subject":${JSON.stringify(subject)},"rows":[`;
}

/** The file as text, a row a line; ends with the number of rows. */
async function* written(database: Database, subject: DataSubject, now: Date) {
  let count = 0;
  // Counts of several people stand in one row until they are merged.
  await mergeAllStatDeltas(database);
  yield { text: header(subject, now), count };
  for await (const { table, rows } of keptData(database, subject)) {
    const lines = rows.map(
      (row, index) => `${count + index === 0 ? '' : ','}\n${JSON.stringify({ table, row })}`,
    );
    count += rows.length;
    yield { text: lines.join(''), count };
  }
  yield { text: `\n],"rowCount":${count}}\n`, count };
}

/**
 * Everything kept about a person or a guild as one file in memory.
 * @throws AppError `not_configured` when it is too much for one answer
 */
export async function exportData(database: Database, subject: DataSubject, now: Date): Promise<DataExport> {
  let content = '';
  let rowCount = 0;
  for await (const { text, count } of written(database, subject, now)) {
    if (count > MOST_ROWS) {
      throw new AppError('not_configured', 'There is more than fits into one answer.', {
        remedy: 'The operator of this installation writes it into a file with "slimy export-user".',
      });
    }
    content += text;
    rowCount = count;
  }
  return { fileName: nameOf(subject, now), contentType: 'application/json', content, rowCount };
}

/** The same into a file, of any size. The file is there whole or not at all; gives the number of rows. */
export async function exportDataTo(
  file: string,
  database: Database,
  subject: DataSubject,
  { now, progress }: { readonly now: Date; readonly progress: (progress: TaskProgress) => void },
): Promise<number> {
  const partial = `${file}.partial`;
  const stream = createWriteStream(partial, { mode: 0o600, flags: 'w' });
  try {
    await once(stream, 'open');
    let rowCount = 0;
    for await (const { text, count } of written(database, subject, now)) {
      if (!stream.write(text)) await once(stream, 'drain');
      rowCount = count;
      progress({ step: 'rows', done: count, total: null });
    }
    stream.end();
    await once(stream, 'close');
    await rename(partial, file);
    return rowCount;
  } catch (error) {
    stream.destroy();
    await rm(partial, { force: true });
    throw error;
  }
}
