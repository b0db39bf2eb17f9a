import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printed, spawnPinned, stopped } from '../pinned-process.js';

const serverMain = fileURLToPath(new URL('../../../../apps/server/dist/bundle/main.js', import.meta.url));

/** A running server that takes events from the bot. */
export interface IngestServer {
  readonly origin: string;
  readonly botToken: string;
  stop(): Promise<void>;
}

/** Starts the program over a migrated database; its limiter counts, only the ceiling is out of the way. */
export async function startIngestServer(url: string): Promise<IngestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'slimy-bench-'));
  const botToken = randomBytes(32).toString('base64url');
  const key = () => randomBytes(32).toString('base64');
  const child = spawnPinned(0, [serverMain], {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    PORT: '0',
    DEMO: '0',
    JOBS: 'off',
    LOG_LEVEL: 'warn',
    DATA_DIR: dataDir,
    DATABASE_URL: url,
    RATE_LIMIT_FACTOR: '1000000',
    BOT_API_TOKENS: botToken,
    SIGNING_SECRET: key(),
    ENCRYPTION_KEYS: `bench:${key()}`,
    AUDIT_KEY: key(),
  });
  const [, origin = ''] = await printed(child, /(http:\/\/[\d.:]+)/);
  return {
    origin,
    botToken,
    async stop() {
      await stopped(child);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
