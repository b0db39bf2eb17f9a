import { crc32 } from 'node:zlib';
import type { Payload } from './payload.js';

/** Epochs are random 48-bit numbers, so that they compare as plain numbers. */
export const epochBytes = 6;

/** What stands beside a value in Redis. */
export interface EntryHeader {
  /** On the clock of the shared tier, milliseconds. */
  readonly storedAt: number;
  readonly ttlMs: number;
  readonly staleMs: number;
  /** How long the load took; drives early refresh. */
  readonly loadMs: number;
  readonly schemaVersion: string;
  readonly source: string;
  readonly tags: readonly string[];
  /** Of everything, the key, its prefixes and its tags, as they were before the load began. */
  readonly epochs: readonly number[];
}

const format = 0xc1;
const compressedFlag = 1;
const checksumAt = 30;
const fixedBytes = 34;
const separator = '\n';

function clampedUint32(value: number): number {
  return Math.min(Math.max(Math.round(value), 0), 0xffff_ffff);
}

function checksum(entry: Buffer): number {
  return crc32(entry.subarray(fixedBytes), crc32(entry.subarray(0, checksumAt)));
}

/** An entry as the bytes that Redis keeps. */
export function encodeEntry(header: EntryHeader, payload: Payload): Buffer {
  const { schemaVersion, source, tags, epochs } = header;
  const tagList = tags.length === 0 ? '' : tags.join(separator);
  const schemaBytes = Buffer.byteLength(schemaVersion);
  const sourceBytes = Buffer.byteLength(source);
  const textsAt = fixedBytes + epochs.length * epochBytes;
  const payloadAt = textsAt + schemaBytes + sourceBytes + Buffer.byteLength(tagList);
  const entry = Buffer.allocUnsafe(payloadAt + payload.bytes.length);
  entry.writeUInt8(format, 0);
  entry.writeUInt8(payload.compressed ? compressedFlag : 0, 1);
  entry.writeUIntLE(header.storedAt, 2, 6);
  entry.writeUIntLE(header.ttlMs, 8, 6);
  entry.writeUIntLE(header.staleMs, 14, 6);
  entry.writeUInt32LE(clampedUint32(header.loadMs), 20);
  entry.writeUInt8(epochs.length, 24);
  entry.writeUInt8(schemaBytes, 25);
  entry.writeUInt8(sourceBytes, 26);
  entry.writeUInt8(0, 27);
  entry.writeUInt16LE(payloadAt - textsAt - schemaBytes - sourceBytes, 28);
  let at = fixedBytes;
  for (const epoch of epochs) {
    entry.writeUIntLE(epoch, at, epochBytes);
    at += epochBytes;
  }
  if (payloadAt > textsAt) {
    entry.write(schemaVersion + source + tagList, textsAt);
  }
  entry.set(payload.bytes, payloadAt);
  entry.writeUInt32LE(checksum(entry), checksumAt);
  return entry;
}

/** An entry read from Redis: its header field by field, its payload on demand. */
export class StoredEntry {
  readonly #bytes: Buffer;
  readonly #textsAt: number;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#textsAt = fixedBytes + bytes.readUInt8(24) * epochBytes;
  }

  /** The entry in these bytes, or `undefined` when they are none, or damaged. */
  static read(bytes: Buffer): StoredEntry | undefined {
    if (bytes.length < fixedBytes || bytes[0] !== format) {
      return undefined;
    }
    const entry = new StoredEntry(bytes);
    return entry.#payloadAt() <= bytes.length && checksum(bytes) === bytes.readUInt32LE(checksumAt)
      ? entry
      : undefined;
  }

  get storedAt(): number {
    return this.#bytes.readUIntLE(2, 6);
  }

  get ttlMs(): number {
    return this.#bytes.readUIntLE(8, 6);
  }

  get staleMs(): number {
    return this.#bytes.readUIntLE(14, 6);
  }

  get loadMs(): number {
    return this.#bytes.readUInt32LE(20);
  }

  get epochCount(): number {
    return this.#bytes.readUInt8(24);
  }

  epoch(index: number): number {
    return this.#bytes.readUIntLE(fixedBytes + index * epochBytes, epochBytes);
  }

  get schemaVersion(): string {
    return this.#bytes.toString('utf8', this.#textsAt, this.#textsAt + this.#schemaBytes());
  }

  get source(): string {
    const from = this.#textsAt + this.#schemaBytes();
    return this.#bytes.toString('utf8', from, from + this.#bytes.readUInt8(26));
  }

  get tags(): readonly string[] {
    const length = this.#bytes.readUInt16LE(28);
    const to = this.#payloadAt();
    return length === 0 ? [] : this.#bytes.toString('utf8', to - length, to).split(separator);
  }

  /** A copy of the payload, so that the socket's buffer is not kept alive by it. */
  payload(): Payload {
    return {
      bytes: Uint8Array.prototype.slice.call(this.#bytes, this.#payloadAt()),
      compressed: (this.#bytes.readUInt8(1) & compressedFlag) !== 0,
    };
  }

  #schemaBytes(): number {
    return this.#bytes.readUInt8(25);
  }

  #payloadAt(): number {
    return this.#textsAt + this.#schemaBytes() + this.#bytes.readUInt8(26) + this.#bytes.readUInt16LE(28);
  }
}
