import type { Database, Transaction } from '../database.js';
import { timeOrderedId } from '../ids.js';
import { dialectOf } from '../dialect/dialect.js';
import { cursorFormat } from '../lists/cursor.js';
import { Conditions } from '../sql/conditions.js';
import { insertRow } from '../sql/insert.js';
import { column, type RowOf } from '../sql/values.js';
import { nextRoomSequence } from '../writers/room-sequence.js';
import { pageOf, type Page } from './pages.js';

/** Who speaks in a message. */
export type MessageRole = 'user' | 'assistant';

/** A message with its author. */
export interface MessageRow {
  readonly id: string;
  readonly conversationId: string | null;
  readonly guildId: string | null;
  readonly userId: string;
  readonly authorName: string;
  readonly authorGlobalName: string | null;
  readonly authorAvatar: string | null;
  readonly authorDiscordId: string;
  /** Place in its room: lists and streams follow it. */
  readonly sequence: bigint;
  readonly role: MessageRole;
  readonly text: string;
  readonly personalityMode: string | null;
  readonly adminOnly: boolean;
  readonly clientId: string | null;
  readonly createdAt: Date;
}

/** A message to be stored. */
export interface NewMessage {
  readonly userId: string;
  readonly role: MessageRole;
  readonly text: string;
  readonly adminOnly: boolean;
  readonly personalityMode?: string | null;
  /** The sender's own id of the message. */
  readonly clientId?: string | null;
}

/** What became of a message that was sent. */
export interface SentMessage {
  readonly message: MessageRow;
  /** Whether the sender's `clientId` was there already; then `message` is the stored one, whatever its room. */
  readonly repeated: boolean;
}

const messageList = cursorFormat('messages', 'bigint');

const messageColumns = {
  id: column.text,
  conversation_id: column.nullable(column.text),
  guild_id: column.nullable(column.text),
  user_id: column.text,
  username: column.text,
  global_name: column.nullable(column.text),
  avatar: column.nullable(column.text),
  discord_id: column.text,
  sequence: column.bigint,
  role: column.text,
  text: column.text,
  personality_mode: column.nullable(column.text),
  admin_only: column.boolean,
  client_id: column.nullable(column.text),
  created_at: column.instant,
} as const;

function selectMessagesBy(index = '', more = ''): string {
  return `SELECT m.id, m.conversation_id, m.guild_id, m.user_id, u.username, u.global_name, u.avatar,
    u.discord_id, m.sequence, m.role, m.text, m.personality_mode, m.admin_only, m.client_id, m.created_at${more}
    FROM chat_messages m ${index} JOIN users u ON u.id = m.user_id`;
}

const lastPlace = ', COALESCE((SELECT sequence FROM rooms WHERE name = ?), 0) AS last_sequence';

const selectMessages = selectMessagesBy();

function messageOf(row: RowOf<typeof messageColumns>): MessageRow {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    guildId: row.guild_id,
    userId: row.user_id,
    authorName: row.username,
    authorGlobalName: row.global_name,
    authorAvatar: row.avatar,
    authorDiscordId: row.discord_id,
    sequence: row.sequence,
    role: row.role === 'assistant' ? 'assistant' : 'user',
    text: row.text,
    personalityMode: row.personality_mode,
    adminOnly: row.admin_only,
    clientId: row.client_id,
    createdAt: row.created_at,
  };
}

/** How a page of messages is asked for; without `withAdminOnly` those for admins are not among them. */
export interface MessagePageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly withAdminOnly: boolean;
}

/** A page of a room. Nothing that was sent in between is missed by who goes on from `lastSequence`. */
export interface MessagePage<Row = MessageRow> extends Page<Row> {
  /** The last place given out in the room when it was read, or before. */
  readonly lastSequence: bigint;
}

/** Where messages stand: a guild's room, or a person's conversation. */
export type MessagePlace =
  | { readonly table: 'guilds'; readonly column: 'guild_id'; readonly id: string }
  | { readonly table: 'conversations'; readonly column: 'conversation_id'; readonly id: string };

/** The room in which places of messages are given out. */
export function messageRoom(place: MessagePlace): string {
  return `messages:${place.table}:${place.id}`;
}

/** The messages of one guild or of one conversation; no others can be reached through it. */
export class ChatMessages {
  readonly #scope: Database | Transaction;
  readonly #place: MessagePlace;

  constructor(scope: Database | Transaction, place: MessagePlace) {
    this.#scope = scope;
    this.#place = place;
  }

  /** The room in which places are given out here. */
  get room(): string {
    return messageRoom(this.#place);
  }

  #here(): Conditions {
    return new Conditions().equal(`m.${this.#place.column}`, this.#place.id);
  }

  /** The index that has the messages here in their order. */
  #index(withAdminOnly: boolean): string {
    const { column: of } = this.#place;
    const adminOnly = of === 'guild_id' && !withAdminOnly;
    return adminOnly ? 'chat_messages_guild_id_admin_only_sequence_idx' : `chat_messages_${of}_sequence_key`;
  }

  /**
   * Stores a message at the next place of its room and moves the room's count on; a repeated `clientId` stores
   * nothing. Only inside a transaction: others wait for their place until it ends.
   * @throws DatabaseError `foreign_key` when the guild, the conversation or the author is not there
   */
  async send(message: NewMessage, now: Date): Promise<SentMessage> {
    const { sql } = this.#scope;
    const { table, column: placeColumn, id: placeId } = this.#place;
    const { clientId = null, personalityMode = null, ...said } = message;
    const known = clientId === null ? null : await this.#byClientId(message.userId, clientId);
    if (known) return { message: known, repeated: true };
    const sequence = await nextRoomSequence(sql, this.room);
    const moved = table === 'conversations' ? ', updated_at = ?' : '';
    await sql.execute(
      `UPDATE ${table} SET message_count = message_count + 1${moved} WHERE id = ?`,
      moved === '' ? [placeId] : [now, placeId],
    );
    const id = timeOrderedId(now);
    await insertRow(sql, 'ChatMessage', {
      ...said,
      id,
      conversationId: placeColumn === 'conversation_id' ? placeId : null,
      guildId: placeColumn === 'guild_id' ? placeId : null,
      sequence,
      personalityMode,
      clientId,
      createdAt: now,
    });
    const stored = await this.byId(id);
    if (!stored) throw new Error('The message that was just stored is not there.');
    return { message: stored, repeated: false };
  }

  async #byClientId(userId: string, clientId: string): Promise<MessageRow | null> {
    const row = await this.#scope.sql.one(
      `${selectMessages} WHERE m.user_id = ? AND m.client_id = ?`,
      [userId, clientId],
      messageColumns,
    );
    return row && messageOf(row);
  }

  async byId(id: string): Promise<MessageRow | null> {
    const where = this.#here().equal('m.id', id);
    const row = await this.#scope.sql.one(
      `${selectMessages} WHERE ${where.text}`,
      where.parameters,
      messageColumns,
    );
    return row && messageOf(row);
  }

  /** Newest first. */
  async page(request: MessagePageRequest): Promise<MessagePage> {
    const rows = await this.#newest(request);
    const [newest] = rows;
    // With no row there is nothing to say it: then the place is read first, so that nothing sent meanwhile is missed.
    const lastSequence = newest ? newest.last_sequence : await this.lastSequence();
    const found = newest ? rows : await this.#newest(request);
    const page = pageOf(found.map(messageOf), request.limit, ({ sequence }) =>
      messageList.encode([sequence]),
    );
    return { ...page, lastSequence };
  }

  #newest({ limit, cursor, withAdminOnly }: MessagePageRequest) {
    const where = this.#here();
    if (!withAdminOnly) where.equal('m.admin_only', false);
    if (cursor !== undefined) where.add('m.sequence < ?', messageList.decode(cursor)[0]);
    const index = dialectOf(this.#scope.engine).followIndex(this.#index(withAdminOnly));
    return this.#scope.sql.query(
      `${selectMessagesBy(index, lastPlace)} WHERE ${where.text} ORDER BY m.sequence DESC LIMIT ?`,
      [this.room, ...where.parameters, limit + 1],
      { ...messageColumns, last_sequence: column.bigint },
    );
  }

  /** Those after a place, in their order: what a resumed stream has not given yet. Also those for admins. */
  async after(sequence: bigint, limit: number): Promise<MessageRow[]> {
    const where = this.#here().add('m.sequence > ?', sequence);
    const select = selectMessagesBy(dialectOf(this.#scope.engine).followIndex(this.#index(true)));
    const rows = await this.#scope.sql.query(
      `${select} WHERE ${where.text} ORDER BY m.sequence LIMIT ?`,
      [...where.parameters, limit],
      messageColumns,
    );
    return rows.map(messageOf);
  }

  /** The last place given out; 0 before the first message. */
  async lastSequence(): Promise<bigint> {
    const row = await this.#scope.sql.one('SELECT sequence FROM rooms WHERE name = ?', [this.room], {
      sequence: column.bigint,
    });
    return row?.sequence ?? 0n;
  }

  /** Deletes a message and moves the room's count back; false when it is not here. Only inside a transaction. */
  async delete(id: string): Promise<boolean> {
    const { sql } = this.#scope;
    const { table, column: placeColumn, id: placeId } = this.#place;
    const gone = await sql.execute(`DELETE FROM chat_messages WHERE id = ? AND ${placeColumn} = ?`, [
      id,
      placeId,
    ]);
    if (gone === 0) return false;
    await sql.execute(`UPDATE ${table} SET message_count = message_count - 1 WHERE id = ?`, [placeId]);
    return true;
  }
}
