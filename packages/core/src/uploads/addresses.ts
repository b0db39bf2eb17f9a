import { createHmac, timingSafeEqual } from 'node:crypto';
import { HOUR, MINUTE } from '../clock.js';

/** Which of an upload's files an address is of. */
export const uploadVariants = ['original', 'preview', 'thumbnail'] as const;
export type UploadVariant = (typeof uploadVariants)[number];

/** How long a ticket takes a file. */
export const TICKET_MS = HOUR;
/** How long a picture can be seen under one address. */
export const VIEW_MS = 5 * MINUTE;

/** What an address allows: to send the file of an upload, or to see one of its pictures. */
export type AllowedUse = 'put' | UploadVariant;

/** Makes and checks signed, short-lived addresses of uploads: who holds one may use it, nobody else. */
export class UploadAddresses {
  readonly #key: Buffer;

  constructor(signingSecret: string) {
    this.#key = createHmac('sha256', signingSecret).update('upload addresses').digest();
  }

  #signature(id: string, use: AllowedUse, expires: number): Buffer {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([id, use, expires]))
      .digest();
  }

  /** The path below the server's address. */
  of(id: string, use: AllowedUse, expiresAt: Date): string {
    const expires = expiresAt.getTime();
    const signature = this.#signature(id, use, expires).toString('base64url');
    const path = use === 'put' ? id : `${id}/${use}`;
    return `/uploads/${path}?expires=${expires}&signature=${signature}`;
  }

  /** Whether an address was made here for this use and has not expired. */
  allows(id: string, use: AllowedUse, expires: number, signature: string, now: Date): boolean {
    if (!Number.isSafeInteger(expires) || expires <= now.getTime()) return false;
    const given = Buffer.from(signature, 'base64url');
    const right = this.#signature(id, use, expires);
    return given.length === right.length && timingSafeEqual(given, right);
  }
}
