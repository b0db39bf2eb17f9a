import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { limits } from '@slimy/contract';
import { mergeAllStatDeltas, type Database, type OwnConnection } from '@slimy/db';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import type { TaskProgress } from '../operator/task.js';
import { openFile, writeFailure, type OpenFile } from './archive-file.js';
import { actsAbout } from './acts-about.js';
import { archivedRows } from './archived-rows.js';
import type { DataSubject } from './data-subject.js';
import { keptData } from './kept-data.js';
import { keptFiles, sizeOfFiles } from './kept-files.js';
import type { FileStore } from '../uploads/file-store.js';

const FORMAT = 'slimy.kept-data.2';
/** What a line about a picture takes at most besides its bytes. */
const BYTES_BESIDES = 2_048;

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

interface Written {
  readonly text: string;
  /** Rows so far. */
  readonly count: number;
}

/**
 * The file as text, a row or a picture a line; ends with the number of rows. `takes` says whether that many bytes
 * more are welcome: else pictures are only listed.
 */
async function* written(
  { database, dataDir, files: store, openView }: DataExportParts,
  subject: DataSubject,
  { now, takes }: { readonly now: Date; readonly takes: (bytes: number) => boolean },
): AsyncGenerator<Written> {
  const lost: string[] = [];
  const missing = (name: string) => lost.push(name);
  let count = 0;
  // Counts of several people stand in one row until they are merged.
  await mergeAllStatDeltas(database);
  yield { text: header(subject, now), count };
  // What retention moves meanwhile stands in the view still, and is not looked for in archives.
  const view = await openView();
  try {
    const batches = [
      keptData(view.sql, subject),
      ...('userId' in subject ? [actsAbout(view.sql, subject.userId)] : []),
      archivedRows(subject, { database, view: view.sql, dataDir, missing }),
    ];
    for (const kept of batches) {
      for await (const { rows, ...from } of kept) {
        const lines = rows.map(
          (row, index) => `${count + index === 0 ? '' : ','}\n${JSON.stringify({ ...from, row })}`,
        );
        count += rows.length;
        yield { text: lines.join(''), count };
      }
    }
  } finally {
    await view.close();
  }
  yield { text: '\n],"files":[', count };
  const { files, bytes } = await sizeOfFiles(database, subject, now);
  const withContent = takes(Math.ceil(bytes / 3) * 4 + files * BYTES_BESIDES);
  let first = true;
  for await (const file of keptFiles(subject, withContent, { database, store, now, missing })) {
    yield { text: `${first ? '' : ','}\n${JSON.stringify(file)}`, count };
    first = false;
  }
  yield { text: `\n],"missing":${JSON.stringify(lost)},"rowCount":${count}}\n`, count };
}

function tooMuch(subject: DataSubject): AppError {
  const command = 'userId' in subject ? `export-user ${subject.userId}` : `export-guild ${subject.guildId}`;
  return new AppError('not_configured', 'There is more than fits into one answer.', {
    remedy: `The operator of this installation writes it into a file with "slimy ${command}".`,
  });
}

interface DataExportParts {
  readonly database: Database;
  /** Opens a view of the database as it is then. */
  readonly openView: () => Promise<OwnConnection>;
  readonly clock: Clock;
  readonly files: FileStore;
  readonly dataDir: string;
  /** How the file is opened; below the folder it is asked for in without it. */
  readonly openFile?: OpenFile | undefined;
  /** Bytes of an answer in UTF-8; more than that belongs into a file. */
  readonly mostBytes?: number;
}

/** Writes down everything that is kept about a person or a guild. */
export class DataExports {
  readonly #parts: DataExportParts;

  constructor(parts: DataExportParts) {
    this.#parts = parts;
  }

  /**
   * As one file in memory; pictures are only listed where they do not fit.
   * @throws AppError `not_configured` when it is too much for one answer
   */
  async answer(subject: DataSubject): Promise<DataExport> {
    const { clock, mostBytes = limits.exportBytesMax } = this.#parts;
    const now = clock.now();
    const parts: string[] = [];
    let bytes = 0;
    let rowCount = 0;
    const takes = (more: number) => bytes + more <= mostBytes;
    for await (const { text, count } of written(this.#parts, subject, { now, takes })) {
      bytes += Buffer.byteLength(text);
      if (bytes > mostBytes) throw tooMuch(subject);
      parts.push(text);
      rowCount = count;
    }
    const fileName = nameOf(subject, now);
    return { fileName, contentType: 'application/json', content: parts.join(''), rowCount };
  }

  /**
   * Into a file, of any size. The file is there whole or not at all; gives the number of rows.
   * @throws AppError `not_configured` when the disk is full
   */
  async write(
    file: string,
    subject: DataSubject,
    progress: (progress: TaskProgress) => void,
  ): Promise<number> {
    const { clock, openFile: sink = openFile } = this.#parts;
    const partial = `${file}.partial`;
    let rowCount = 0;
    const texts = written(this.#parts, subject, { now: clock.now(), takes: () => true });
    async function* told(): AsyncGenerator<string> {
      for await (const { text, count } of texts) {
        rowCount = count;
        progress({ step: 'rows', done: count, total: null });
        yield text;
      }
    }
    try {
      await pipeline(told(), sink(partial));
      await rename(partial, file);
    } catch (error) {
      await rm(partial, { force: true });
      throw writeFailure(file, error);
    }
    return rowCount;
  }
}
