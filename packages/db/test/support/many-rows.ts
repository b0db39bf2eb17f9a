import type { Database } from '../../src/index.ts';

/** How each engine writes a text and an instant that follow from the number `n` of a row. */
const words = {
  mysql: {
    key: (prefix: string) => `CONCAT('${prefix}', LPAD(n, 17, '0'))`,
    instant: "DATE_ADD('2026-01-01 00:00:00.000', INTERVAL n SECOND)",
  },
  sqlite: {
    key: (prefix: string) => `('${prefix}' || substr('00000000000000000' || n, -17))`,
    instant: "strftime('%Y-%m-%dT%H:%M:%fZ', '2026-01-01', '+' || n || ' seconds')",
  },
} as const;

/** The id of the row with this number in the tables that `fillTables` fills. */
export function idOf(prefix: string, n: number): string {
  return `${prefix}${String(n).padStart(17, '0')}`;
}

/** The instant of the row with this number. */
export function instantOf(n: number): Date {
  return new Date(Date.UTC(2026, 0, 1) + n * 1_000);
}

/**
 * So many rows (a multiple of 1,000, at most 100,000) in every table that grows. Guild 1 has every tenth person as a member, the others one each; each
 * person has one session; a thousandth of the outbox and of the jobs still waits.
 */
export async function fillTables({ engine, sql }: Database, rows: number): Promise<void> {
  const { key, instant } = words[engine];
  await sql.execute('CREATE TABLE digits (d INTEGER NOT NULL PRIMARY KEY)');
  await sql.execute('INSERT INTO digits (d) VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)');
  const numbers = `(SELECT a.d + b.d * 10 + c.d * 100 + e.d * 1000 + f.d * 10000 AS n
    FROM digits a, digits b, digits c, digits e, digits f) numbers WHERE n < ${rows}`;
  const guildOfRow = `CASE WHEN n % 10 = 0 THEN '${idOf('3', 1)}' ELSE ${key('3')} END`;
  const tables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    users: {
      id: key('u'),
      discord_id: key('1'),
      username: key('name'),
      username_key: key('name'),
      audit_ref: key('r'),
      created_at: instant,
      updated_at: instant,
    },
    guilds: {
      id: key('3'),
      name: key('guild'),
      name_key: key('guild'),
      bot_present: '1',
      member_count: '0',
      message_count: '0',
      created_at: instant,
      updated_at: instant,
    },
    user_guilds: {
      id: key('m'),
      user_id: key('u'),
      guild_id: guildOfRow,
      roles: `'["member"]'`,
      discord_roles: `'[]'`,
      discord_role_ids: `'[]'`,
      granted_roles: `'[]'`,
      source: `'sync'`,
      joined_at: instant,
      left_at: `CASE WHEN n % 50 = 0 THEN ${instant} ELSE NULL END`,
      created_at: instant,
      updated_at: instant,
    },
    sessions: {
      id: key('s'),
      user_id: key('u'),
      token_hash: key('h'),
      created_at: instant,
      last_seen_at: instant,
      idle_expires_at: instant,
      expires_at: instant,
    },
    outbox: {
      id: key('o'),
      topic: `CASE WHEN n % 2 = 0 THEN 'cache.invalidate' ELSE 'guild.changed' END`,
      payload: `'{}'`,
      room: `CASE WHEN n % 10 = 0 THEN 'guild:1' ELSE ${key('guild:')} END`,
      room_sequence: 'n',
      created_at: instant,
      published_at: `CASE WHEN n % 1000 < 2 THEN NULL ELSE ${instant} END`,
    },
    jobs: {
      id: key('j'),
      kind: `'sessions.expire'`,
      payload: `'{}'`,
      state: `CASE WHEN n % 1000 = 0 THEN 'queued' WHEN n % 1000 = 1 THEN 'running' ELSE 'done' END`,
      run_at: instant,
      attempts: '0',
      max_attempts: '5',
      lease_until: instant,
      created_at: instant,
      finished_at: instant,
    },
    chat_messages: {
      id: key('c'),
      user_id: key('u'),
      guild_id: guildOfRow,
      sequence: 'n',
      role: `'user'`,
      text: `'hello'`,
      admin_only: '0',
      created_at: instant,
    },
    audit_logs: {
      id: key('a'),
      timestamp: instant,
      action: `CASE WHEN n % 10 = 0 THEN 'guild.delete' ELSE 'guild.update' END`,
      resource_type: `'guild'`,
      resource_id: key('3'),
      guild_id: guildOfRow,
      success: 'CASE WHEN n % 100 = 0 THEN 0 ELSE 1 END',
      actor_kind: `'user'`,
      via_bot: '0',
      occurrences: '1',
      personal_hmac: key('h'),
    },
    audit_personal: { audit_id: key('a'), timestamp: instant, user_id: key('u') },
  };
  for (const [table, columns] of Object.entries(tables)) {
    const names = Object.keys(columns)
      .map((name) => `\`${name}\``)
      .join(', ');
    await sql.execute(
      `INSERT INTO ${table} (${names}) SELECT ${Object.values(columns).join(', ')} FROM ${numbers}`,
    );
    await sql.execute(engine === 'mysql' ? `ANALYZE TABLE ${table}` : `ANALYZE ${table}`);
  }
}
