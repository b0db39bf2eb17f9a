import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { limits } from '@slimy/contract';
import { mergeAllStatDeltas, type Database } from '@slimy/db';
import { AppError } from '../errors.js';
import type { TaskProgress } from '../operator/task.js';
import { writeFailure, type OpenFile } from './archive-file.js';
import { archivedData } from './archived-data.js';
import { keptData, type DataSubject, type KeptRows } from './kept-data.js';

const FORMAT = 'slimy.kept-data.1';

/** A file with everything that is kept about somebody, as JSON. */
export interface DataExport {
  readonly fileName: string;
  readonly contentType: 'application/json';
  readonly content: string;
  readonly rowCount: number;
}

interface DataExportParts {
  readonly database: Database;
  readonly dataDir: string;
  readonly openFile?: OpenFile | undefined;
  /** Of an export in memory; `limits.exportBytesMax` unless told. */
  readonly bytesMax?: number;
}

const openFile: OpenFile = (file) => createWriteStream(file, { mode: 0o600 });

function nameOf(subject: DataSubject, now: Date): string {
  const [kind, id] = 'userId' in subject ? ['person', subject.userId] : ['guild', subject.guildId];
  return `slimy-${kind}-${id}-${now.toISOString().slice(0, 10)}.json`;
}

function header(subject: DataSubject, now: Date): string {
  return `{"format":"${FORMAT}","exportedAt":"${now.toISOString()}","subject":${JSON.stringify(subject)},"rows":[`;
}

function tooMuch(subject: DataSubject): AppError {
  const command = 'userId' in subject ? `export-user ${subject.userId}` : `export-guild ${subject.guildId}`;
  return new AppError('not_configured', 'There is more than fits into one answer.', {
    remedy: `The operator of this installation writes it into a file with "slimy ${command}".`,
  });
}

/** Writes down everything that is kept about people and guilds: in the database, and in archives. */
export class DataExports {
  readonly #parts: DataExportParts;

  constructor(parts: DataExportParts) {
    this.#parts = parts;
  }

  async *#kept(subject: DataSubject): AsyncGenerator<KeptRows> {
    const { database, dataDir } = this.#parts;
    // Counts of several people stand in one row until they are merged.
    await mergeAllStatDeltas(database);
    yield* keptData(database, subject);
    yield* archivedData(database, dataDir, subject);
  }

  /** The file as text, a row a line; ends with the number of rows. */
  async *#written(subject: DataSubject, now: Date) {
    let count = 0;
    yield { text: header(subject, now), count };
    for await (const { table, rows } of this.#kept(subject)) {
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
  async inMemory(subject: DataSubject, now: Date): Promise<DataExport> {
    const { bytesMax = limits.exportBytesMax } = this.#parts;
    const parts: string[] = [];
    let bytes = 0;
    let rowCount = 0;
    for await (const { text, count } of this.#written(subject, now)) {
      bytes += Buffer.byteLength(text);
      if (bytes > bytesMax) throw tooMuch(subject);
      parts.push(text);
      rowCount = count;
    }
    const content = parts.join('');
    return { fileName: nameOf(subject, now), contentType: 'application/json', content, rowCount };
  }

  /**
   * The same into a file, of any size. The file is there whole or not at all; gives the number of rows.
   * @throws AppError `not_configured` when the disk is full
   */
  async toFile(
    file: string,
    subject: DataSubject,
    { now, progress }: { readonly now: Date; readonly progress: (progress: TaskProgress) => void },
  ): Promise<number> {
    const { openFile: sink = openFile } = this.#parts;
    const partial = `${file}.partial`;
    let rowCount = 0;
    const written = this.#written(subject, now);
    async function* texts(): AsyncGenerator<string> {
      for await (const { text, count } of written) {
        rowCount = count;
        progress({ step: 'rows', done: count, total: null });
        yield text;
      }
    }
    try {
      await pipeline(Readable.from(texts()), sink(partial));
      await rename(partial, file);
      return rowCount;
    } catch (error) {
      await rm(partial, { force: true });
      throw writeFailure(file, error);
    }
  }
}
