import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { Packr, type Options } from 'msgpackr';

/** MessagePack with Date, BigInt, Map, Set, typed arrays and `undefined` fields. */
const packing: Options = {
  moreTypes: true,
  useRecords: true,
  copyBuffers: true,
  writeFunction: () => {
    throw new TypeError('a function cannot be cached');
  },
};

/** For values that refer to themselves: looking for such references takes a third of the time. */
const packingCycles: Options = { ...packing, structuredClone: true };

/** No value may unpack to more than this. */
const largestPayload = 64 * 1024 * 1024;

/**
 * Objects are written as records: the names of their fields once, then the values. The names stand
 * before the value, so that every payload can be read by itself, and readers keep one unpacker for
 * each such list, which then knows how to build the objects without looking at names again.
 */
const namesLengthBytes = 2;
const mostFamilies = 200;
const mostReaders = 500;
const mostShapes = 16;
const longestNames = 2_000;

/** A value as bytes. */
export interface Payload {
  readonly bytes: Uint8Array;
  readonly compressed: boolean;
}

/** Values whose outermost object has the same fields; they share a list of names. */
class Family {
  readonly #shapes: string[][] = [];
  readonly #packr = new Packr({ ...packing, structures: this.#shapes });
  #names = Buffer.alloc(0);
  #written = 0;
  #scattered = false;

  /** The value with its names, or `undefined` when the family has too many shapes for a list, or cycles. */
  encode(value: unknown): Buffer | undefined {
    if (this.#scattered) {
      return undefined;
    }
    const body = this.#pack(value);
    if (body === undefined) {
      return undefined;
    }
    if (this.#shapes.length !== this.#written) {
      this.#written = this.#shapes.length;
      this.#names = Buffer.from(JSON.stringify(this.#shapes));
      this.#scattered = this.#written > mostShapes || this.#names.length > longestNames;
      if (this.#scattered) {
        return undefined;
      }
    }
    return joined(this.#names, body);
  }

  #pack(value: unknown): Buffer | undefined {
    try {
      return this.#packr.pack(value);
    } catch (error) {
      if (!(error instanceof RangeError)) {
        throw error;
      }
      // It has no end: a value that refers to itself.
      this.#scattered = true;
      return undefined;
    }
  }
}

const families = new LRUCache<string, Family>({ max: mostFamilies });
const readers = new LRUCache<string, Packr>({ max: mostReaders });
/** For values of many shapes, and those with cycles: each payload has its names inside. */
const plain = new Packr(packingCycles);
const noNames = Buffer.alloc(0);

function joined(names: Buffer, body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(namesLengthBytes + names.length + body.length);
  bytes.writeUInt16LE(names.length, 0);
  bytes.set(names, namesLengthBytes);
  bytes.set(body, namesLengthBytes + names.length);
  return bytes;
}

function familyName(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first !== 'object' || first === null) {
    return undefined;
  }
  const fields = Object.keys(first);
  return fields.length > 64 ? undefined : `${first === value ? '{' : '['}${fields.join()}`;
}

function pack(value: unknown): Buffer {
  const name = familyName(value);
  if (name !== undefined) {
    let family = families.get(name);
    if (family === undefined) {
      family = new Family();
      families.set(name, family);
    }
    const bytes = family.encode(value);
    if (bytes !== undefined) {
      return bytes;
    }
  }
  return joined(noNames, plain.pack(value));
}

function readerOf(names: string): Packr {
  let reader = readers.get(names);
  if (reader === undefined) {
    const structures: object[] = JSON.parse(names);
    reader = new Packr({ ...packing, structures });
    readers.set(names, reader);
  }
  return reader;
}

/**
 * Encodes a value, compressed when it is large and that helps.
 * @throws when the value holds something that cannot be stored, such as a function
 */
export function encodePayload(value: unknown, compressBytes: number): Payload {
  const bytes = pack(value);
  if (bytes.length >= compressBytes) {
    const packed = deflateRawSync(bytes, { level: 1 });
    if (packed.length < bytes.length * 0.9) {
      return { bytes: packed, compressed: true };
    }
  }
  return { bytes, compressed: false };
}

/**
 * A fresh value from its bytes.
 * @throws when the bytes are no value
 */
export function decodePayload(payload: Payload): unknown {
  const bytes = payload.compressed
    ? inflateRawSync(payload.bytes, { maxOutputLength: largestPayload })
    : Buffer.from(payload.bytes.buffer, payload.bytes.byteOffset, payload.bytes.length);
  const start = namesLengthBytes + bytes.readUInt16LE(0);
  const reader =
    start === namesLengthBytes ? plain : readerOf(bytes.toString('utf8', namesLengthBytes, start));
  return reader.unpack(bytes, { start, end: bytes.length });
}
