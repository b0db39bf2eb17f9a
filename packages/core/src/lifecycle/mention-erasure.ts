import type { Touch } from '@slimy/cache';
import type { GuildChange } from '@slimy/contract';
import {
  clearMentionsIn,
  findMentions,
  mentioningTables,
  personalTable,
  repositories,
  type Database,
  type MentionedId,
  type PlainRow,
} from '@slimy/db';
import { z } from 'zod';
import type { Caller } from '../caller.js';
import type { Clock } from '../clock.js';
import type { TaskProgress } from '../operator/task.js';
import { touches } from '../write/touches.js';
import type { WritePath } from '../write/write-path.js';
import type { ErasedIds, ErasedList } from './erased-list.js';
import { textOf } from './row-values.js';

/** Rows that the engine looks at in one go. */
const ROWS_AT_ONCE = 2_000;

const program: Caller = {
  actor: { kind: 'system', task: 'user.erase' },
  request: { requestId: 'user.erase', ipAddress: null, userAgent: null },
};

/** What those who watch a guild are told once rows of a table have changed; nothing where nobody shows them. */
const told: Readonly<Record<string, GuildChange['what']>> = {
  chat_messages: 'messages',
  guild_settings: 'settings',
  guild_personality: 'personality',
  guilds: 'guild',
};

/** Whether the rows of a table are found by the ids of people: such a key is not remembered. */
function isByPerson(table: string): boolean {
  const { columns, key } = personalTable(table);
  return key in columns;
}

function savedTouches(table: string, rows: readonly PlainRow[]): Touch[] {
  return isByPerson(table) ? rows.map((row) => touches.userSettings(textOf(row, 'user_id'))) : [];
}

const place = z.object({ table: z.string(), after: z.string() });

interface MentionErasureParts {
  readonly database: Database;
  readonly writes: WritePath;
  readonly erased: ErasedList;
  readonly clock: Clock;
  /** Rows that the engine looks at in one go; 2,000 without it. */
  readonly rowsAtOnce?: number | undefined;
}

/** How the work is stopped, and tells how far it has come. */
export interface MentionErasureRun {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((progress: TaskProgress) => void) | undefined;
}

/**
 * Takes the ids of an erased person out of what others wrote. Nothing leads there: each row that has texts is looked
 * at once, also in guilds where the person never was, for anybody can name anybody. How far it has come is remembered
 * after each batch, so that whoever goes on begins there.
 */
export class MentionErasure {
  readonly #parts: MentionErasureParts;

  constructor(parts: MentionErasureParts) {
    this.#parts = parts;
  }

  /** False when it was stopped before its end. */
  async erase(person: ErasedIds, { signal, progress }: MentionErasureRun = {}): Promise<boolean> {
    const { clock, database, erased, rowsAtOnce = ROWS_AT_ONCE } = this.#parts;
    const { facts } = repositories(database);
    const ids = erased.mentionedIds(person);
    const fact = this.#fact(person);
    const saved = place.safeParse(JSON.parse((await facts.get(fact)) ?? 'null')).data;
    const begun = saved ? mentioningTables.indexOf(saved.table) : -1;
    let done = 0;
    for (const [index, table] of mentioningTables.entries()) {
      if (index < begun) continue;
      for (let after = index === begun ? (saved?.after ?? '') : ''; ;) {
        if (signal?.aborted) return false;
        const { last, keys } = await findMentions(database.sql, table, ids, { after, limit: rowsAtOnce });
        if (keys.length > 0) await this.#clear(table, ids, keys);
        if (last === null) break;
        after = last;
        done += keys.length;
        progress?.({ step: `mentions in ${table}`, done, total: null });
        await facts.set(fact, JSON.stringify({ table, after: isByPerson(table) ? '' : after }), clock.now());
      }
    }
    return true;
  }

  /** Forgets how far it came: for an erasure that is through. */
  async forget(person: ErasedIds): Promise<void> {
    await repositories(this.#parts.database).facts.forget([this.#fact(person)]);
  }

  #fact({ userId }: ErasedIds): string {
    return `mentions.${this.#parts.erased.userIdHash(userId).slice(0, 32)}`;
  }

  #clear(table: string, ids: readonly MentionedId[], keys: readonly string[]): Promise<void> {
    return this.#parts.writes.change(program, [], async (change) => {
      const { rows, guildIds } = await clearMentionsIn(change.transaction.sql, table, ids, keys);
      if (rows.length === 0) return;
      change.touch(touches.everybody(), ...savedTouches(table, rows));
      for (const guildId of guildIds) {
        change.touch(touches.wholeGuild(guildId));
        const what = told[table];
        if (what !== undefined) change.announce(guildId, what);
      }
    });
  }
}
