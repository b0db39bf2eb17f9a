import type { PersonalTable, PlainRow } from '@slimy/db';

/** Whose data is asked for. */
export type DataSubject = { readonly userId: string } | { readonly guildId: string };

/** Rows of one table. */
export interface KeptRows {
  readonly table: string;
  readonly rows: readonly PlainRow[];
}

/** The id of the person or the guild. */
export function idOf(subject: DataSubject): string {
  return 'userId' in subject ? subject.userId : subject.guildId;
}

/** The condition that finds their rows in a table, with one mark for the id; null where there are none. */
export function finderOf({ of, ofGuild }: PersonalTable, subject: DataSubject): string | null {
  return 'userId' in subject ? of : ofGuild;
}
