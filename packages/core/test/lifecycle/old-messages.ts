import { insertPlainRows, timeOrderedId, type PlainRow } from '@slimy/db';
import { parsed } from '../support/calls.ts';
import type { TestCore } from '../support/open-core.ts';
import { club, signIn, type WorldIds } from '../support/settle-world.ts';

const DAY = 86_400_000;

/** Messages that are old, and those of today. */
export const OLD = 600;
export const YOUNG = 30;

function message(at: Date, userId: string, sequence: number, text: string): PlainRow {
  return {
    id: timeOrderedId(at),
    user_id: userId,
    sequence: String(sequence),
    role: 'user',
    text,
    admin_only: sequence % 3 === 1,
    created_at: at.toISOString(),
  };
}

/** Messages of a guild: old ones by two people, and some of today. */
export async function talkInGuild({ database }: TestCore, ids: WorldIds, now: Date): Promise<void> {
  const rows = Array.from({ length: OLD + YOUNG }, (_, index): PlainRow => {
    const at = new Date(now.getTime() - (index < OLD ? 300 * DAY - index * 1000 : index));
    const author = index % 2 === 0 ? ids.member : ids.editor;
    return { ...message(at, author, index + 1, `message ${index} 🐌`), guild_id: club };
  });
  await database.transaction(async ({ sql }) => {
    await insertPlainRows(sql, 'chat_messages', rows);
    await sql.execute('UPDATE guilds SET message_count = ? WHERE id = ?', [rows.length, club]);
  });
}

/** Old messages in a conversation of the member. */
export async function talkAlone(core: TestCore, ids: WorldIds, now: Date, count: number): Promise<void> {
  const member = await (await signIn(core, ids, 'member')).caller();
  const { id } = await core.services.conversations.create(
    member,
    parsed('conversation.create', { title: 'x' }),
  );
  const at = new Date(now.getTime() - 250 * DAY);
  const rows = Array.from({ length: count }, (_, index): PlainRow => ({
    ...message(at, ids.member, index + 1, `alone ${index}`),
    conversation_id: id,
  }));
  await core.database.transaction(async ({ sql }) => {
    await insertPlainRows(sql, 'chat_messages', rows);
    await sql.execute('UPDATE conversations SET message_count = ? WHERE id = ?', [count, id]);
  });
}
