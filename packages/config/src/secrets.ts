import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { namedKeys, type NamedKey } from './fields.js';
import type { Settings } from './settings.js';

/** The secrets the program works with, whether set or generated. */
export interface Secrets {
  /** Signs upload links and login state. */
  readonly signingSecret: string;
  /** The first encrypts Discord tokens, all decrypt. */
  readonly encryptionKeys: readonly NamedKey[];
  /** Keys the audit trail's HMACs. */
  readonly auditKey: string;
  /** Service tokens of the bot, two at once for rotation. */
  readonly botApiTokens: readonly string[];
}

/** The generated secret of that name, made at the first call: in `DATA_DIR/secrets`, readable by the owner alone. */
function generated(folder: string, name: string, make: () => string): string {
  const file = join(folder, name);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    // Under its name the file is whole from the first moment: other processes may read it, and ours may be killed.
    const draft = `${file}.${randomBytes(6).toString('hex')}`;
    const handle = openSync(draft, 'wx', 0o600);
    writeSync(handle, make());
    fsyncSync(handle);
    closeSync(handle);
    try {
      linkSync(draft, file);
    } catch (error) {
      const lostRace = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!lostRace) throw error;
    } finally {
      unlinkSync(draft);
    }
  }
  return readFileSync(file, 'utf8').trim();
}

/** The secrets that are set, and for those that are not, the ones kept in `DATA_DIR`. */
export function loadSecrets(settings: Settings): Secrets {
  const folder = join(settings.DATA_DIR, 'secrets');
  const random = () => randomBytes(32).toString('base64');
  return {
    signingSecret: settings.SIGNING_SECRET ?? generated(folder, 'signing-secret', random),
    encryptionKeys:
      settings.ENCRYPTION_KEYS ??
      namedKeys.parse(generated(folder, 'encryption-keys', () => `k1:${random()}`)),
    auditKey: settings.AUDIT_KEY ?? generated(folder, 'audit-key', random),
    botApiTokens: settings.BOT_API_TOKENS ?? [
      generated(folder, 'bot-api-token', () => randomBytes(32).toString('base64url')),
    ],
  };
}
