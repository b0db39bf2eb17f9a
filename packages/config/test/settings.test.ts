import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isLoopback, loadSecrets, loadSettings, SettingsError, unnamedProxy } from '../src/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slimy-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function problemsOf(environment: Record<string, string>): Record<string, string> {
  try {
    loadSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) {
      return Object.fromEntries(error.problems.map(({ name, message }) => [name, message]));
    }
    throw error;
  }
  return {};
}

describe('defaults', () => {
  test('nothing set: embedded database in the data folder, demo on, loopback address', () => {
    const settings = loadSettings({});
    expect(settings).toMatchObject({ HOST: '127.0.0.1', PORT: 4000, PUBLIC_URL: 'http://127.0.0.1:4000' });
    expect(settings).toMatchObject({
      embedded: true,
      DEMO: true,
      CACHE_TTL_SECONDS: 300,
      CACHE_STALE_SECONDS: 600,
    });
    expect(settings.DATABASE_URL).toEqual({ engine: 'sqlite', file: join(settings.DATA_DIR, 'slimy.db') });
  });

  test('with a database server the demo is off unless asked for', () => {
    const DATABASE_URL = 'mysql://slimy:secret@db.example:3306/slimy';
    expect(loadSettings({ DATABASE_URL }).DEMO).toBe(false);
    expect(loadSettings({ DATABASE_URL, DEMO: '1' }).DEMO).toBe(true);
  });
});

describe('wrong settings are told all at once', () => {
  test('those that are wrong by themselves and those that are wrong together', () => {
    const problems = problemsOf({
      PORT: 'eighty',
      NODE_ENV: 'production',
      DATABASE_URL: 'mysql://slimy:secret@db.example/slimy',
      DATABASE_TLS: 'verify',
      DISCORD_CLIENT_ID: '1',
      SESSION_IDLE_DAYS: 'x',
      SESSION_MAX_DAYS: '1',
    });
    expect(Object.keys(problems).toSorted()).toEqual([
      'AUDIT_KEY',
      'DATABASE_CA_FILE',
      'DISCORD_CLIENT_SECRET',
      'ENCRYPTION_KEYS',
      'PORT',
      'SESSION_IDLE_DAYS',
      'SIGNING_SECRET',
    ]);
  });

  test('a list of tokens that has commas and no token', () => {
    for (const BOT_API_TOKENS of [',', ', ,', ' '])
      expect(problemsOf({ BOT_API_TOKENS })['BOT_API_TOKENS'], BOT_API_TOKENS).toMatch(/at least one token/);
    const token = 't'.repeat(32);
    expect(loadSettings({ BOT_API_TOKENS: `${token}, ` }).BOT_API_TOKENS).toEqual([token]);
    expect(loadSettings({ BOT_API_TOKENS: '' }).BOT_API_TOKENS).toBeUndefined();
  });

  test('files of authorities that cannot be read, and another engine to migrate', () => {
    const missing = join(folder, 'no-such.pem');
    const DATABASE_URL = 'mysql://slimy:secret@db.example/slimy';
    const files = { DATABASE_CA_FILE: missing, REDIS_CA_FILE: missing };
    expect(problemsOf({ DATABASE_URL, ...files, DATABASE_MIGRATE_URL: 'file:other.db' })).toMatchObject({
      DATABASE_CA_FILE: expect.stringContaining(missing),
      REDIS_CA_FILE: expect.stringContaining(missing),
      DATABASE_MIGRATE_URL: expect.stringContaining('the same database'),
    });
    expect(problemsOf({ CACHE_LOCAL_ENTRIES: '0', CACHE_LOCAL_MB: '0' })).toMatchObject({
      CACHE_LOCAL_ENTRIES: expect.any(String),
      CACHE_LOCAL_MB: expect.any(String),
    });
  });

  test('jobs cannot be left to another process where the embedded database has no other', () => {
    for (const embedded of [{}, { DATABASE_URL: 'file:slimy.db' }]) {
      expect(problemsOf({ ...embedded, JOBS: 'off' })).toEqual({
        JOBS: expect.stringMatching(/must be inline with the embedded database.*DATABASE_URL/),
      });
      expect(problemsOf({ ...embedded, JOBS: 'inline' })).toEqual({});
    }
    expect(problemsOf({ DATABASE_URL: 'mysql://u:p@db.example/slimy', JOBS: 'off' })).toEqual({});
    expect(Object.keys(problemsOf({ DATABASE_URL: 'mysqll://db', JOBS: 'off' }))).toEqual(['DATABASE_URL']);
  });

  test('addresses of Redis and MySQL are taken apart as far as the program does later', () => {
    for (const REDIS_URL of [
      'redis://h',
      'rediss://u:p%40@h:6380/2',
      'redis-sentinel://a:1,b:2/main',
      'rediss-sentinel://a/main',
      'redis-cluster://a:1,[::1]:2',
      'rediss-cluster://u:p@a',
    ])
      expect(problemsOf({ REDIS_URL }), REDIS_URL).toEqual({});
    for (const REDIS_URL of [
      'redis://a,b',
      'redis://h:99999',
      'redis://h/x',
      'redis://',
      'redis-sentinel://a:1',
      'redis://u:p%zz@h',
      'memcached://h',
    ])
      expect(problemsOf({ REDIS_URL })['REDIS_URL'], REDIS_URL).toMatch(/^must be redis:/);
    expect(problemsOf({ DATABASE_URL: 'mysql://u:p%zz@h/db' })['DATABASE_URL']).toMatch(/percent-encode/);
  });
});

describe('where uploads are kept', () => {
  test('a folder in the data folder, another one, or a bucket', () => {
    expect(loadSettings({ DATA_DIR: '/data' }).STORAGE_URL).toEqual({
      kind: 'folder',
      path: '/data/uploads',
    });
    expect(loadSettings({ STORAGE_URL: 'file:/files' }).STORAGE_URL).toEqual({
      kind: 'folder',
      path: '/files',
    });
    const STORAGE_URL = 's3://Pictures/slimy/kept/?region=eu-central-1&endpoint=https://s3.example.org:9000';
    expect(loadSettings({ STORAGE_URL }).STORAGE_URL).toEqual({
      kind: 's3',
      bucket: 'Pictures',
      prefix: 'slimy/kept/',
      region: 'eu-central-1',
      endpoint: 'https://s3.example.org:9000',
    });
    expect(loadSettings({ STORAGE_URL: 's3://bucket' }).STORAGE_URL).toMatchObject({
      prefix: '',
      region: 'us-east-1',
    });
  });

  test('nothing else, and no keys in the address', () => {
    for (const STORAGE_URL of [
      'ftp://x',
      'file:',
      's3:',
      's3://k:s@bucket',
      's3://b?regoin=x',
      's3://b?endpoint=x',
    ])
      expect(problemsOf({ STORAGE_URL })['STORAGE_URL'], STORAGE_URL).toMatch(/^must be file:path or s3:/);
    expect(problemsOf({ STORAGE_ACCESS_KEY: 'key' })['STORAGE_SECRET_KEY']).toMatch(/^goes together with/);
  });
});

describe('wrong settings', () => {
  test('all of them are listed in one message, by name, without their values', () => {
    const environment = {
      PORT: 'eighty',
      DATABASE_URL: 'postgres://u:hunter2@h/db',
      OPERATOR_DISCORD_IDS: 'me',
      DEMO: 'perhaps',
    };
    expect(Object.keys(problemsOf(environment)).toSorted()).toEqual([
      'DATABASE_URL',
      'DEMO',
      'OPERATOR_DISCORD_IDS',
      'PORT',
    ]);
    expect(() => loadSettings(environment)).toThrow(/nothing was started/);
    expect(() => loadSettings(environment)).not.toThrow(/hunter2/);
  });

  test('secrets are required with a database server in production', () => {
    const environment = { DATABASE_URL: 'mysql://u:p@h/db', NODE_ENV: 'production' };
    expect(Object.keys(problemsOf(environment))).toEqual(['SIGNING_SECRET', 'ENCRYPTION_KEYS', 'AUDIT_KEY']);
    expect(problemsOf({ ...environment, DEMO: '1' })).toEqual({});
  });

  test('settings that contradict each other name the one to change', () => {
    expect(problemsOf({ DISCORD_CLIENT_ID: '1' })).toHaveProperty('DISCORD_CLIENT_SECRET');
    expect(problemsOf({ SESSION_IDLE_DAYS: '40' })).toHaveProperty('SESSION_IDLE_DAYS');
    expect(problemsOf({ DATABASE_TLS: 'verify' })).toHaveProperty('DATABASE_CA_FILE');
  });
});

describe('secret files', () => {
  test('NAME_FILE is read, and both set is an error', () => {
    const file = join(folder, 'token');
    writeFileSync(file, 'abc\n');
    expect(loadSettings({ DISCORD_TOKEN_FILE: file }).DISCORD_TOKEN).toBe('abc');
    expect(problemsOf({ DISCORD_TOKEN_FILE: file, DISCORD_TOKEN: 'x' })).toHaveProperty('DISCORD_TOKEN');
    expect(problemsOf({ DISCORD_TOKEN_FILE: join(folder, 'missing') }).DISCORD_TOKEN).toMatch(/ENOENT/);
  });
});

describe('generated secrets', () => {
  test('are made once, kept, and readable by the owner alone', () => {
    const settings = loadSettings({ DATA_DIR: folder });
    const first = loadSecrets(settings);
    expect(loadSecrets(settings)).toEqual(first);
    expect(first.encryptionKeys[0]?.key).toHaveLength(32);
    expect(statSync(join(folder, 'secrets', 'audit-key')).mode & 0o777).toBe(0o600);
  });

  test('processes that make them at the same moment get the same, and leave nothing else', async () => {
    const rounds = 50;
    const turns = new SharedArrayBuffer(4 * rounds);
    const one = `
      const { workerData, parentPort } = require('node:worker_threads');
      const { config, folder, turns, threads } = workerData;
      const arrived = new Int32Array(turns);
      import(config).then(({ loadSecrets, loadSettings }) => {
        const found = [];
        for (let round = 0; round < arrived.length; round += 1) {
          const settings = loadSettings({ DATA_DIR: folder + '/' + round });
          if (Atomics.add(arrived, round, 1) + 1 === threads) Atomics.notify(arrived, round);
          for (let here; (here = Atomics.load(arrived, round)) < threads; ) Atomics.wait(arrived, round, here, 50);
          found.push(JSON.stringify(loadSecrets(settings)));
        }
        parentPort.postMessage(found);
      });`;
    const config = new URL('../dist/index.js', import.meta.url).href;
    const threads = 2;
    const workers = Array.from(
      { length: threads },
      () => new Worker(one, { eval: true, workerData: { config, folder, turns, threads } }),
    );
    const [first, ...others] = await Promise.all(
      workers.map(async (worker) => {
        const [found]: unknown[] = await once(worker, 'message');
        return found;
      }),
    );
    expect(first).toHaveLength(rounds);
    for (const other of others) expect(other).toEqual(first);
    expect(readdirSync(join(folder, '0', 'secrets')).sort()).toEqual([
      'audit-key',
      'bot-api-token',
      'encryption-keys',
      'signing-secret',
    ]);
  });

  test('a secret that is set wins', () => {
    const AUDIT_KEY = 'a'.repeat(40);
    expect(loadSecrets(loadSettings({ DATA_DIR: folder, AUDIT_KEY })).auditKey).toBe(AUDIT_KEY);
  });
});

test.each([
  ['127.0.0.1', true],
  ['localhost', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['127.evil.example', false],
])('%s reaches this machine only: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test.each([
  ['https://slimy.example', '0.0.0.0', 0, true],
  ['https://slimy.example', '127.0.0.1', 1, false],
  ['http://slimy.example', '127.0.0.1', 0, true],
  // As far as the settings say, people come to the server itself.
  ['http://192.168.1.5:4000', '0.0.0.0', 0, false],
  ['http://127.0.0.1:4000', '127.0.0.1', 0, false],
])(
  '%s of a server on %s that trusts %i proxies is in doubt: %s',
  (PUBLIC_URL, HOST, TRUST_PROXY, expected) => {
    expect(unnamedProxy({ PUBLIC_URL, HOST, TRUST_PROXY }) !== null).toBe(expected);
  },
);
