import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { NamedKey } from '@slimy/config';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts secrets that are stored for people: AES-256-GCM, each value with the id of its key and bound to what
 * it belongs to, so that a value copied to another person's row cannot be read there.
 */
export class TokenVault {
  readonly #keys: readonly NamedKey[];

  /** The first key encrypts, all decrypt. */
  constructor(keys: readonly NamedKey[]) {
    this.#keys = keys;
  }

  /** `keyId.nonce.ciphertext`, base64url. */
  seal(secret: string, belongsTo: string): string {
    const [key] = this.#keys;
    if (!key) throw new RangeError('ENCRYPTION_KEYS names no key.');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key.key, nonce).setAAD(Buffer.from(belongsTo));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${key.id}.${nonce.toString('base64url')}.${sealed.toString('base64url')}`;
  }

  /** The secret; null for a value that none of the keys opens, or that belongs to something else. */
  open(value: string, belongsTo: string): string | null {
    const [keyId, nonce = '', sealed = ''] = value.split('.');
    const key = this.#keys.find(({ id }) => id === keyId);
    const bytes = Buffer.from(sealed, 'base64url');
    if (!key || bytes.length < TAG_BYTES) return null;
    try {
      const decipher = createDecipheriv(ALGORITHM, key.key, Buffer.from(nonce, 'base64url'))
        .setAAD(Buffer.from(belongsTo))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      return null;
    }
  }
}
