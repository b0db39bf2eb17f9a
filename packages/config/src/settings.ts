import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { databaseUrl, redisUrl, storageUrl } from './addresses.js';
import { readNames, type Environment, type SettingProblem } from './environment.js';
import { namedKeys, onOff, secret, snowflakeList, tokenList, webAddress, wholeNumber } from './fields.js';

const names = z.object({
  HOST: z.string().max(255).default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535, 4000),
  PUBLIC_URL: webAddress.optional(),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_MIGRATE_URL: databaseUrl.optional(),
  DATABASE_TLS: z
    .enum(['off', 'require', 'verify'], { error: 'must be off, require or verify' })
    .default('off'),
  DATABASE_CA_FILE: z.string().optional(),
  DATABASE_POOL_SIZE: wholeNumber(2, 200, 10),
  SLOW_QUERY_MS: wholeNumber(1, 600_000, 500),
  REDIS_URL: redisUrl.optional(),
  REDIS_CA_FILE: z.string().optional(),
  CACHE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_:-]{1,64}$/, 'must be letters, digits, _, - and :')
    .default('slimy:'),
  CACHE_TTL_SECONDS: wholeNumber(1, 86_400, 300),
  CACHE_STALE_SECONDS: wholeNumber(0, 604_800, 600),
  CACHE_RETRY_ATTEMPTS: wholeNumber(1, 20, 3),
  CACHE_RETRY_DELAY_MS: wholeNumber(10, 60_000, 1000),
  CACHE_LOCAL_ENTRIES: wholeNumber(1, 10_000_000, 10_000),
  CACHE_LOCAL_MB: wholeNumber(1, 65_536, 64),
  SESSION_IDLE_DAYS: wholeNumber(1, 365, 7),
  SESSION_MAX_DAYS: wholeNumber(1, 365, 30),
  SIGNING_SECRET: secret.optional(),
  ENCRYPTION_KEYS: namedKeys.optional(),
  AUDIT_KEY: secret.optional(),
  DISCORD_CLIENT_ID: z.string().optional(),
  DISCORD_CLIENT_SECRET: z.string().optional(),
  DISCORD_TOKEN: z.string().optional(),
  DISCORD_EMAIL_SCOPE: onOff.default(false),
  DISCORD_API_BASE: webAddress.default('https://discord.com/api'),
  DISCORD_AUTHORIZE_URL: webAddress.default('https://discord.com/oauth2/authorize'),
  DISCORD_CDN_BASE: webAddress.default('https://cdn.discordapp.com'),
  BOT_API_TOKENS: tokenList.optional(),
  API_URL: webAddress.optional(),
  OPERATOR_DISCORD_IDS: snowflakeList.default([]),
  METRICS_TOKEN: secret.optional(),
  STORAGE_URL: storageUrl.optional(),
  STORAGE_ACCESS_KEY: z.string().min(1).optional(),
  STORAGE_SECRET_KEY: z.string().min(1).optional(),
  UPLOAD_QUOTA_PERSON_MB: wholeNumber(1, 1_000_000, 500),
  UPLOAD_QUOTA_GUILD_MB: wholeNumber(1, 10_000_000, 5_000),
  JOBS: z.enum(['inline', 'off'], { error: 'must be inline or off' }).default('inline'),
  AI_BASE_URL: webAddress.optional(),
  AI_API_KEY: z.string().optional(),
  AI_MODEL: z.string().optional(),
  AI_VISION_MODEL: z.string().optional(),
  DEMO: onOff.optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  NODE_ENV: z.string().default('development'),
  TRUST_PROXY: wholeNumber(0, 10, 0),
  RATE_LIMIT_FACTOR: wholeNumber(1, 1_000_000, 1),
});
type Names = z.output<typeof names>;

/** What the program runs with: every setting, parsed, with its defaults in place. */
export interface Settings extends Omit<
  Names,
  'PUBLIC_URL' | 'DATABASE_URL' | 'DEMO' | 'API_URL' | 'STORAGE_URL'
> {
  readonly PUBLIC_URL: string;
  readonly API_URL: string;
  readonly DATABASE_URL: z.output<typeof databaseUrl>;
  readonly STORAGE_URL: z.output<typeof storageUrl>;
  readonly DEMO: boolean;
  /** The embedded database is in use: nothing was said of another. */
  readonly embedded: boolean;
}

/** The settings are wrong; the message lists all that is. */
export class SettingsError extends Error {
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    const lines = problems.map(({ name, message }) => `  ${name}: ${message}`);
    super(
      `The settings are wrong, so nothing was started:\n${lines.join('\n')}\nThe README lists every setting.`,
    );
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** What single fields cannot say about themselves; `wrong` names those that are wrong, which `parsed` is without. */
function crossProblems(parsed: Names, wrong: ReadonlySet<string>): SettingProblem[] {
  const problems: SettingProblem[] = [];
  const need = (wrong: boolean, name: string, message: string) => {
    if (wrong) problems.push({ name, message });
  };
  const mysql = parsed.DATABASE_URL?.engine === 'mysql';
  const production = mysql && parsed.NODE_ENV === 'production' && parsed.DEMO !== true;
  for (const name of ['SIGNING_SECRET', 'ENCRYPTION_KEYS', 'AUDIT_KEY'] as const) {
    need(
      production && parsed[name] === undefined,
      name,
      'is required with DATABASE_URL in production: every process must have the same',
    );
  }
  need(
    parsed.DATABASE_TLS === 'verify' && !parsed.DATABASE_CA_FILE,
    'DATABASE_CA_FILE',
    'is required with DATABASE_TLS=verify',
  );
  need(
    parsed.SESSION_IDLE_DAYS > parsed.SESSION_MAX_DAYS,
    'SESSION_IDLE_DAYS',
    'must not exceed SESSION_MAX_DAYS',
  );
  need(
    Boolean(parsed.DISCORD_CLIENT_ID) !== Boolean(parsed.DISCORD_CLIENT_SECRET),
    'DISCORD_CLIENT_SECRET',
    'goes together with DISCORD_CLIENT_ID: set both or none',
  );
  need(
    Boolean(parsed.STORAGE_ACCESS_KEY) !== Boolean(parsed.STORAGE_SECRET_KEY),
    'STORAGE_SECRET_KEY',
    'goes together with STORAGE_ACCESS_KEY: set both or none',
  );
  const { DATABASE_URL, DATABASE_MIGRATE_URL } = parsed;
  need(
    DATABASE_MIGRATE_URL !== undefined && DATABASE_MIGRATE_URL.engine !== (DATABASE_URL?.engine ?? 'sqlite'),
    'DATABASE_MIGRATE_URL',
    'must lead to the same database as DATABASE_URL, by another account',
  );
  need(
    parsed.JOBS === 'off' && !mysql && !wrong.has('DATABASE_URL'),
    'JOBS',
    'must be inline with the embedded database, which no other process can do the jobs of: leave it out, or name a database server in DATABASE_URL',
  );
  for (const name of ['DATABASE_CA_FILE', 'REDIS_CA_FILE'] as const) {
    const file = parsed[name];
    need(file !== undefined && !isReadable(file), name, `names ${file}, which cannot be read`);
  }
  need(Boolean(parsed.AI_BASE_URL) && !parsed.AI_MODEL, 'AI_MODEL', 'is required with AI_BASE_URL');
  return problems;
}

/**
 * Parses the environment once, at start.
 * @throws SettingsError listing every wrong setting and what to do about it.
 */
export function loadSettings(environment: Environment): Settings {
  const { values, problems } = readNames(environment, Object.keys(names.shape));
  const result = names.safeParse(values);
  const issues = result.success ? [] : result.error.issues;
  const wrong = [...problems, ...issues.map(({ path, message }) => ({ name: path.join('.'), message }))];
  const known = new Set(wrong.map(({ name }) => name));
  // Of those that are right, also what they say together.
  const rest = Object.fromEntries(Object.entries(values).filter(([name]) => !known.has(name)));
  const parsed = names.parse(rest);
  wrong.push(...crossProblems(parsed, known).filter(({ name }) => !known.has(name)));
  if (wrong.length > 0) throw new SettingsError(wrong);
  const dataDir = resolve(parsed.DATA_DIR);
  const embedded = parsed.DATABASE_URL === undefined;
  const host = parsed.HOST.includes(':') ? `[${parsed.HOST}]` : parsed.HOST;
  const publicUrl = parsed.PUBLIC_URL ?? `http://${host}:${parsed.PORT}`;
  return {
    ...parsed,
    DATA_DIR: dataDir,
    PUBLIC_URL: publicUrl,
    API_URL: parsed.API_URL ?? publicUrl,
    DATABASE_URL: parsed.DATABASE_URL ?? { engine: 'sqlite', file: join(dataDir, 'slimy.db') },
    STORAGE_URL: parsed.STORAGE_URL ?? { kind: 'folder', path: join(dataDir, 'uploads') },
    DEMO: parsed.DEMO ?? embedded,
    embedded,
  };
}
