import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { randomId } from '../ids.js';
import { cursorFormat } from '../lists/cursor.js';
import { after } from '../lists/keyset.js';
import { ChatMessages, messageRoom } from './chat-messages.js';
import { pageOf, type Page, type PageRequest } from './pages.js';

export interface ConversationRow {
  readonly id: string;
  readonly userId: string;
  readonly title: string | null;
  readonly personalityMode: string | null;
  readonly messageCount: number;
  readonly createdAt: Date;
  /** Moves with every message. */
  readonly updatedAt: Date;
}

const conversationList = cursorFormat('conversations', 'instant', 'text');

/** The conversations of one person; nobody else's can be reached through it. */
export class Conversations {
  readonly #scope: Database | Transaction;
  readonly #userId: string;

  constructor(scope: Database | Transaction, userId: string) {
    this.#scope = scope;
    this.#userId = userId;
  }

  get #table() {
    return tablesOf(this.#scope).conversation;
  }

  async create(
    {
      title,
      personalityMode = null,
    }: { readonly title: string | null; readonly personalityMode?: string | null },
    now: Date,
  ): Promise<ConversationRow> {
    return this.#table.create({
      data: { id: randomId(), userId: this.#userId, title, personalityMode, createdAt: now, updatedAt: now },
    });
  }

  async byId(id: string): Promise<ConversationRow | null> {
    return this.#table.findFirst({ where: { id, userId: this.#userId } });
  }

  /** The one with the newest message first. */
  async page({ limit, cursor }: PageRequest): Promise<Page<ConversationRow>> {
    const place = cursor === undefined ? null : conversationList.decode(cursor);
    const rows = await this.#table.findMany({
      where: {
        userId: this.#userId,
        ...(place && after('desc', ['updatedAt', place[0]], ['id', place[1]])),
      },
      orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
    });
    return pageOf(rows, limit, ({ updatedAt, id }) => conversationList.encode([updatedAt, id]));
  }

  /** False when it is not the person's. The order of the list stays. */
  async rename(id: string, title: string | null): Promise<boolean> {
    const { count } = await this.#table.updateMany({ where: { id, userId: this.#userId }, data: { title } });
    return count > 0;
  }

  /** Deletes it with its messages; false when it is not the person's. Only inside a transaction. */
  async delete(id: string): Promise<boolean> {
    const { count } = await this.#table.deleteMany({ where: { id, userId: this.#userId } });
    if (count === 0) return false;
    const name = messageRoom({ table: 'conversations', column: 'conversation_id', id });
    await tablesOf(this.#scope).room.deleteMany({ where: { name } });
    return true;
  }

  /** The messages of a conversation. Whether it is the person's is for the caller to ask first, with `byId`. */
  messages(id: string): ChatMessages {
    return new ChatMessages(this.#scope, { table: 'conversations', column: 'conversation_id', id });
  }
}
