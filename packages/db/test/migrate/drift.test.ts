import { readFileSync } from 'node:fs';
import { describeOnEachEngine } from '@slimy/testing';
import { expect, test } from 'vitest';
import { checkDatabase, migrate } from '../../src/index.ts';
import { migrated } from '../support/database.ts';
import {
  type MigrationScratch,
  copyOfOurs,
  keepingLogger,
  ourMigrations,
  run,
  type EngineFolder,
} from './scratch.ts';

/** One thing changed in a migrated database, and the line the check must say of it. */
interface Change {
  readonly what: string;
  readonly mysql: readonly string[];
  /** On SQLite, an edit of the text of the migration or the script that creates the table: from, to. */
  readonly sqlite: readonly [string, string];
  readonly line: Record<EngineFolder, string>;
}

const CHANGES: readonly Change[] = [
  {
    what: 'a column more',
    mysql: ['ALTER TABLE sessions ADD COLUMN device VARCHAR(20) NULL'],
    sqlite: ['"token_hash" TEXT', '"device" TEXT,\n"token_hash" TEXT'],
    line: both('column sessions.device is not in the schema'),
  },
  {
    what: 'a column less',
    mysql: ['ALTER TABLE sessions DROP COLUMN ip_address'],
    sqlite: [
      ',\n    "ip_address" TEXT CHECK (length("ip_address") <= 64),\n    "user_agent" TEXT CHECK (length("user_agent") <= 1024),\n    CONSTRAINT "sessions',
      ',\n    "user_agent" TEXT CHECK (length("user_agent") <= 1024),\n    CONSTRAINT "sessions',
    ],
    line: both('column sessions.ip_address is missing'),
  },
  {
    what: 'a type',
    mysql: ['ALTER TABLE guilds MODIFY member_count BIGINT NOT NULL DEFAULT 0'],
    sqlite: ['"member_count" INTEGER', '"member_count" BIGINT'],
    line: {
      mysql: 'column guilds.member_count: type is bigint, expected int',
      sqlite: 'column guilds.member_count: type is BIGINT, expected INTEGER',
    },
  },
  {
    what: 'a default',
    mysql: ['ALTER TABLE guilds MODIFY member_count INT NOT NULL DEFAULT 5'],
    sqlite: ['"member_count" INTEGER NOT NULL DEFAULT 0', '"member_count" INTEGER NOT NULL DEFAULT 5'],
    line: both('column guilds.member_count: default is 5, expected 0'),
  },
  {
    what: 'a length',
    mysql: ['ALTER TABLE guilds MODIFY name VARCHAR(99) NOT NULL'],
    sqlite: [
      '"name" TEXT NOT NULL CHECK (length("name") <= 100),\n    "name_key"',
      '"name" TEXT NOT NULL CHECK (length("name") <= 99),\n    "name_key"',
    ],
    line: both('column guilds.name: length is 99, expected 100'),
  },
  {
    what: 'a nullability',
    mysql: ['ALTER TABLE guilds MODIFY name VARCHAR(100) NULL'],
    sqlite: [
      '"name" TEXT NOT NULL CHECK (length("name") <= 100),\n    "name_key"',
      '"name" TEXT CHECK (length("name") <= 100),\n    "name_key"',
    ],
    line: both('column guilds.name: nullable is true, expected false'),
  },
  {
    what: 'a collation',
    mysql: [
      'ALTER TABLE guilds MODIFY name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL',
    ],
    sqlite: [
      '"name" TEXT NOT NULL CHECK (length("name") <= 100),\n    "name_key"',
      '"name" TEXT COLLATE NOCASE NOT NULL CHECK (length("name") <= 100),\n    "name_key"',
    ],
    line: {
      mysql: 'column guilds.name: collation is utf8mb4_unicode_ci, expected utf8mb4_bin',
      sqlite: 'column guilds.name: collation is NOCASE, expected BINARY',
    },
  },
  {
    what: 'an index less',
    mysql: ['DROP INDEX sessions_idle_expires_at_idx ON sessions'],
    sqlite: ['CREATE INDEX "sessions_idle_expires_at_idx" ON "sessions" ("idle_expires_at");', ''],
    line: both('index sessions_idle_expires_at_idx of sessions is missing'),
  },
  {
    what: 'an index more',
    mysql: ['CREATE INDEX sessions_extra ON sessions (created_at)'],
    sqlite: [
      'CREATE INDEX "sessions_idle',
      'CREATE INDEX "sessions_extra" ON "sessions" ("created_at");\nCREATE INDEX "sessions_idle',
    ],
    line: both('index sessions_extra of sessions is not in the schema'),
  },
  {
    what: 'the order of the columns in an index',
    mysql: [
      'CREATE INDEX holder ON sessions (user_id)',
      'DROP INDEX sessions_user_id_created_at_id_idx ON sessions',
      'CREATE INDEX sessions_user_id_created_at_id_idx ON sessions (user_id, id, created_at)',
      'DROP INDEX holder ON sessions',
    ],
    sqlite: ['"sessions" ("user_id", "created_at", "id")', '"sessions" ("user_id", "id", "created_at")'],
    line: both(
      'index sessions_user_id_created_at_id_idx of sessions: columns in order is (user_id asc, id asc, created_at asc), expected (user_id asc, created_at asc, id asc)',
    ),
  },
  {
    what: 'the uniqueness of an index',
    mysql: [
      'DROP INDEX users_email_key_key ON users',
      'CREATE INDEX users_email_key_key ON users (email_key)',
    ],
    sqlite: ['CREATE UNIQUE INDEX "users_email_key_key"', 'CREATE INDEX "users_email_key_key"'],
    line: both('index users_email_key_key of users: unique is false, expected true'),
  },
  {
    what: 'a foreign key less',
    mysql: ['ALTER TABLE sessions DROP FOREIGN KEY sessions_user_id_fkey'],
    sqlite: [
      ',\n    CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE',
      '',
    ],
    line: both('foreign key sessions (user_id) is missing'),
  },
  {
    what: 'the action of a foreign key',
    mysql: [
      'ALTER TABLE sessions DROP FOREIGN KEY sessions_user_id_fkey',
      'ALTER TABLE sessions ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE CASCADE',
    ],
    sqlite: [
      '"sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE',
      '"sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE RESTRICT',
    ],
    line: both('foreign key sessions (user_id): on delete is RESTRICT, expected CASCADE'),
  },
  {
    what: 'a primary key',
    mysql: ['ALTER TABLE rooms DROP PRIMARY KEY, ADD PRIMARY KEY (name, sequence)'],
    sqlite: [
      '"name" TEXT NOT NULL PRIMARY KEY CHECK (length("name") <= 96),\n    "sequence" BIGINT NOT NULL',
      '"name" TEXT NOT NULL CHECK (length("name") <= 96),\n    "sequence" BIGINT NOT NULL, PRIMARY KEY ("name", "sequence")',
    ],
    line: both('table rooms: primary key is (name, sequence), expected (name)'),
  },
  {
    what: 'a column of an external table',
    mysql: ['ALTER TABLE guild_settings MODIFY sheet_tab VARCHAR(64) NULL'],
    sqlite: [
      '"sheet_tab" TEXT CHECK (length("sheet_tab") <= 128)',
      '"sheet_tab" TEXT CHECK (length("sheet_tab") <= 64)',
    ],
    line: both('column guild_settings.sheet_tab: length is 64, expected 128'),
  },
  {
    what: 'a table more',
    mysql: ['CREATE TABLE strangers (id INT PRIMARY KEY)'],
    sqlite: [
      'CREATE TABLE "rooms"',
      'CREATE TABLE strangers (id INTEGER PRIMARY KEY);\nCREATE TABLE "rooms"',
    ],
    line: both('table strangers is not in the schema'),
  },
];

/** One trigger changed in a migrated database, and the line the check must say of it. */
const TRIGGER_CHANGES: readonly {
  readonly what: string;
  readonly sql: Record<EngineFolder, readonly string[]>;
  readonly line: Record<EngineFolder, string>;
}[] = [
  {
    what: 'a trigger less',
    sql: alike('DROP TRIGGER audit_logs_refuse_delete'),
    line: both('trigger audit_logs_refuse_delete is missing'),
  },
  {
    what: 'a trigger more',
    sql: {
      mysql: ['CREATE TRIGGER strange AFTER INSERT ON jobs FOR EACH ROW SET @strange = 1'],
      sqlite: ['CREATE TRIGGER strange AFTER INSERT ON jobs BEGIN SELECT 1; END'],
    },
    line: both('trigger strange is not in the schema'),
  },
  {
    what: 'what a trigger does',
    sql: {
      mysql: [
        'DROP TRIGGER audit_logs_refuse_update',
        'CREATE TRIGGER audit_logs_refuse_update BEFORE UPDATE ON audit_logs FOR EACH ROW SET @quiet = 1',
      ],
      sqlite: [
        'DROP TRIGGER audit_logs_refuse_update',
        'CREATE TRIGGER audit_logs_refuse_update BEFORE UPDATE ON audit_logs FOR EACH ROW BEGIN SELECT 1; END',
      ],
    },
    line: {
      mysql:
        "trigger audit_logs_refuse_update: body is SET @quiet = 1, expected SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit_logs is append-only'",
      sqlite:
        "trigger audit_logs_refuse_update: body is BEGIN SELECT 1 ; END, expected BEGIN SELECT RAISE ( ABORT , 'audit_logs is append-only' ) ; END",
    },
  },
  {
    what: 'the moment of a trigger',
    sql: {
      mysql: [
        'DROP TRIGGER audit_logs_refuse_update',
        "CREATE TRIGGER audit_logs_refuse_update AFTER UPDATE ON audit_logs FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit_logs is append-only'",
      ],
      sqlite: [
        'DROP TRIGGER audit_logs_refuse_update',
        "CREATE TRIGGER audit_logs_refuse_update AFTER UPDATE ON audit_logs BEGIN SELECT RAISE(ABORT, 'audit_logs is append-only'); END",
      ],
    },
    line: both('trigger audit_logs_refuse_update: timing is AFTER, expected BEFORE'),
  },
  {
    what: 'the event of a trigger',
    sql: {
      mysql: [
        'DROP TRIGGER audit_logs_refuse_update',
        "CREATE TRIGGER audit_logs_refuse_update BEFORE INSERT ON audit_logs FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit_logs is append-only'",
      ],
      sqlite: [
        'DROP TRIGGER audit_logs_refuse_update',
        "CREATE TRIGGER audit_logs_refuse_update BEFORE INSERT ON audit_logs BEGIN SELECT RAISE(ABORT, 'audit_logs is append-only'); END",
      ],
    },
    line: both('trigger audit_logs_refuse_update: event is INSERT, expected UPDATE'),
  },
  {
    what: 'the table of a trigger',
    sql: {
      mysql: [
        'DROP TRIGGER audit_logs_refuse_update',
        "CREATE TRIGGER audit_logs_refuse_update BEFORE UPDATE ON jobs FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit_logs is append-only'",
      ],
      sqlite: [
        'DROP TRIGGER audit_logs_refuse_update',
        "CREATE TRIGGER audit_logs_refuse_update BEFORE UPDATE ON jobs BEGIN SELECT RAISE(ABORT, 'audit_logs is append-only'); END",
      ],
    },
    line: both('trigger audit_logs_refuse_update: table is jobs, expected audit_logs'),
  },
];

function alike(...statements: readonly string[]): Record<EngineFolder, readonly string[]> {
  return { mysql: statements, sqlite: statements };
}

function both(line: string): Record<EngineFolder, string> {
  return { mysql: line, sqlite: line };
}

/** The program's own SQLite files with one place of their text changed. */
function editedFiles([from, to]: readonly [string, string]): MigrationScratch {
  const scratch = copyOfOurs('sqlite');
  const places = [
    ...ourMigrations('sqlite').map((name) => [`migrations/sqlite/${name}/migration.sql`, name] as const),
    ...['guild-settings.sql', 'guild-personality.sql'].map((name) => [`sql/sqlite/${name}`, name] as const),
  ];
  const found = places.filter(([path, name]) => {
    const text = readFileSync(`${scratch.folder}/${path}`, 'utf8');
    if (!text.includes(from)) return false;
    const edited = text.replace(from, to);
    if (name.endsWith('.sql')) scratch.script(name, edited);
    else scratch.migration(name, edited);
    return true;
  });
  expect(found, `${from} stands in one file`).toHaveLength(1);
  return scratch;
}

describeOnEachEngine('the check of a database against the schema', (fixture) => {
  const engine = fixture.engine === 'mariadb' ? 'mysql' : 'sqlite';

  test('finds no drift after the migrations and scripts', async () => {
    const database = { url: await fixture.databaseUrl() };
    await migrate({ database, logger: keepingLogger() });
    expect(await checkDatabase(database)).toMatchObject({ drift: [], triggers: [] });
  });

  test.each(TRIGGER_CHANGES)('reports $what, and nothing else', async ({ sql, line }) => {
    const url = await fixture.databaseUrl(migrated);
    await run(url, ...sql[engine]);
    const { drift, triggers } = await checkDatabase({ url });
    expect({ drift, triggers }).toEqual({ drift: [], triggers: [line[engine]] });
  });

  test.each(TRIGGER_CHANGES.filter(({ what }) => what !== 'a trigger more'))(
    'puts back $what when migrating is asked to mend triggers',
    async ({ sql }) => {
      const url = await fixture.databaseUrl(migrated);
      await run(url, ...sql[engine]);
      const options = { database: { url }, logger: keepingLogger() };
      expect((await migrate(options)).scripts).toEqual([]);
      expect((await migrate({ ...options, mendTriggers: true })).scripts).toContain('audit-guard.sql');
      expect((await checkDatabase({ url })).triggers).toEqual([]);
      expect((await migrate({ ...options, mendTriggers: true })).scripts).toEqual([]);
    },
  );

  test('sees the same trigger however it is laid out', async () => {
    const url = await fixture.databaseUrl(migrated);
    const of = engine === 'mysql' ? '`' : '"';
    const body =
      engine === 'mysql'
        ? "SIGNAL   SQLSTATE '45000'\n SET MESSAGE_TEXT = 'audit_logs is append-only'"
        : "BEGIN SELECT RAISE(ABORT,'audit_logs is append-only') ; -- said plainly\n END";
    await run(
      url,
      'DROP TRIGGER audit_logs_refuse_update',
      `create trigger ${of}audit_logs_refuse_update${of} before update on audit_logs for each row ${body}`,
    );
    expect((await checkDatabase({ url })).triggers).toEqual([]);
  });

  test.each(CHANGES)('reports $what, and nothing else', async (change) => {
    const url = await fixture.databaseUrl(engine === 'mysql' ? migrated : undefined);
    if (engine === 'mysql') await run(url, ...change.mysql);
    else {
      const { folder } = editedFiles(change.sqlite);
      await migrate({ database: { url }, logger: keepingLogger(), folder });
    }
    expect((await checkDatabase({ url })).drift).toEqual([change.line[engine]]);
  });

  test('reports counters that are not what is counted', async () => {
    const database = { url: await fixture.databaseUrl(migrated) };
    await run(
      database.url,
      "INSERT INTO guilds (id, name, name_key, bot_present, member_count, message_count, created_at, updated_at) VALUES ('175928847299117063', 'G', 'g', 1, 3, 0, '2026-01-01 00:00:00', '2026-01-01 00:00:00')",
    );
    expect((await checkDatabase(database)).counters).toEqual([
      'guilds.member_count of 175928847299117063 is 3, counted 0',
    ]);
  });
});
