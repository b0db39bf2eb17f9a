import type { Core } from '@slimy/core';
import type { Database } from '@slimy/db';
import type { Pool } from 'mysql2/promise';
// The tables are nobody else's business; only here, one create an event is measured beside.
import { tablesOf } from '../../../db/dist/client/of.js';
import type { BenchEvent } from './events.js';

/** Stores one batch; resolves when it is committed. */
export type StoreBatch = (batch: readonly BenchEvent[]) => Promise<void>;

const columns = ['id', 'user_id', 'guild_id', 'type', 'value', 'source', 'event_id', 'timestamp'];
const insertInto = `INSERT INTO stats (${columns.join(', ')}) VALUES `;

function valuesOf({ row }: BenchEvent): (string | null)[] {
  const { id, userId, guildId, type, value, source, eventId, timestamp } = row;
  const instant = timestamp.toISOString().slice(0, -1).replace('T', ' ');
  return [id, userId, guildId, type, JSON.stringify(value), source, eventId, instant];
}

/** One INSERT of all rows by mysql2, the values escaped into its text. */
export function multiRowText(pool: Pool): StoreBatch {
  return async (batch) => {
    await pool.query(`${insertInto}?`, [batch.map(valuesOf)]);
  };
}

/** The same as a prepared statement. */
export function multiRowPrepared(pool: Pool): StoreBatch {
  const row = `(${columns.map(() => '?').join(', ')})`;
  return async (batch) => {
    await pool.execute(insertInto + batch.map(() => row).join(', '), batch.flatMap(valuesOf));
  };
}

/** The service, called in this process as the bot calls it. */
export function service({ services }: Core): StoreBatch {
  const request = { requestId: 'bench', ipAddress: null, userAgent: null };
  const bot = { actor: { kind: 'bot', actingAs: null }, request } as const;
  return async (batch) => {
    const answer = await services.usage.recordMany(bot, { events: batch.map(({ told }) => told) });
    if (answer.stored !== batch.length) throw new Error(`Not all stored: ${JSON.stringify(answer)}`);
  };
}

/** One create of the Prisma client an event. */
export function createEach(database: Database): StoreBatch {
  const { stat } = tablesOf(database);
  return async (batch) => {
    for (const { row } of batch) {
      const { value, ...rest } = row;
      await stat.create({
        data: { ...rest, eventId: `p${rest.eventId}`, value: typeof value === 'number' ? value : 0 },
      });
    }
  };
}

/** The procedure over HTTP, with the bot's token. */
export function procedure(origin: string, token: string): StoreBatch {
  return async (batch) => {
    const events = batch.map(({ told }) => told);
    const dates = Object.fromEntries(events.map((_, index) => [`events.${index}.at`, ['Date']]));
    const answer = await fetch(`${origin}/trpc/usage.recordMany`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ json: { events }, meta: { values: dates } }),
    });
    const text = await answer.text();
    if (!answer.ok || !text.includes(`"stored":${batch.length}`)) {
      throw new Error(`The procedure answered ${answer.status}: ${text.slice(0, 300)}`);
    }
  };
}
