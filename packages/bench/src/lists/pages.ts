import type { Core } from '@slimy/core';
import type { Pool, RowDataPacket } from 'mysql2/promise';
// Where a page deep in a list begins, as the page before it would say: walking there takes longer than measuring.
import { cursorFormat } from '../../../db/dist/lists/cursor.js';
import { eventId, eventInstant, type FilledGuild } from './fill.js';

/** Reads one page; gives the ids of its first and last row. */
export type ReadPage = () => Promise<readonly [string | undefined, string | undefined]>;

export const LIMIT = 50;
const messageCursor = cursorFormat('messages', 'bigint');
const eventCursor = cursorFormat('stats', 'instant', 'text');

const ends = (rows: readonly { readonly id: unknown }[]) =>
  [rows[0]?.id, rows.at(-1)?.id].map((id) => (typeof id === 'string' ? id : undefined));

function endsOf(
  rows: readonly { readonly id: unknown }[],
): readonly [string | undefined, string | undefined] {
  const [first, last] = ends(rows);
  return [first, last];
}

const messageSelect = `SELECT m.id, m.conversation_id, m.guild_id, m.user_id, u.username, u.global_name, u.avatar,
  u.discord_id, m.sequence, m.role, m.text, m.personality_mode, m.admin_only, m.client_id, m.created_at
  FROM chat_messages m FORCE INDEX (chat_messages_guild_id_admin_only_sequence_idx) JOIN users u ON u.id = m.user_id
  WHERE m.guild_id = ? AND m.admin_only = 0`;
const eventSelect = `SELECT id, user_id, guild_id, type, CAST(value AS CHAR) AS value, source, event_id, timestamp
  FROM stats FORCE INDEX (stats_guild_id_timestamp_id_idx) WHERE guild_id = ?`;

function actorOf({ userId, discordId }: FilledGuild) {
  const actor = {
    kind: 'user',
    userId,
    discordId,
    sessionId: 'bench',
    sessionExpiresAt: new Date(Date.now() + 86_400_000),
    operator: false,
  } as const;
  return { actor, request: { requestId: 'bench', ipAddress: null, userAgent: null } };
}

/**
 * The ways to read the page that begins behind `skipped` of `total` rows: by the service, by a bare prepared
 * statement of the same columns from the same place, and by a bare one with an offset. No page comes out of a cache.
 */
export function pagesAt(core: Core, pool: Pool, guild: FilledGuild, total: number, skipped: number) {
  const { guildId } = guild;
  const caller = actorOf(guild);
  const { messages, usage } = core.services;
  const sequence = total - skipped + 1;
  const before = total - skipped;
  const [instant, id] = [eventInstant(before), eventId(before)];
  const instantText = instant.toISOString().slice(0, -1).replace('T', ' ');
  const bare =
    (text: string, values: readonly (string | number)[]): ReadPage =>
    async () => {
      const [rows] = await pool.execute<(RowDataPacket & { id: unknown })[]>(text, [...values]);
      return endsOf(rows.slice(0, LIMIT));
    };
  return {
    messages: {
      service: async () => {
        const cursor = messageCursor.encode([BigInt(sequence)]);
        return endsOf((await messages.list(caller, { guildId, limit: LIMIT, cursor })).items);
      },
      bare: bare(`${messageSelect} AND m.sequence < ? ORDER BY m.sequence DESC LIMIT ?`, [
        guildId,
        sequence,
        LIMIT + 1,
      ]),
      offset: bare(`${messageSelect} ORDER BY m.sequence DESC LIMIT ? OFFSET ?`, [
        guildId,
        LIMIT + 1,
        skipped,
      ]),
    },
    events: {
      service: async () => {
        const cursor = eventCursor.encode([instant, id]);
        return endsOf((await usage.events(caller, { guildId, limit: LIMIT, cursor })).items);
      },
      bare: bare(
        `${eventSelect} AND timestamp <= ? AND (timestamp < ? OR (timestamp = ? AND id < ?))
         ORDER BY timestamp DESC, id DESC LIMIT ?`,
        [guildId, instantText, instantText, instantText, id, LIMIT + 1],
      ),
      offset: bare(`${eventSelect} ORDER BY timestamp DESC, id DESC LIMIT ? OFFSET ?`, [
        guildId,
        LIMIT + 1,
        skipped,
      ]),
    },
  } as const satisfies Record<string, Record<string, ReadPage>>;
}
