import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Packr } from 'msgpackr';

/** MessagePack with Date, BigInt, Map, Set, typed arrays, `undefined` fields and shared references. */
const packr = new Packr({
  structuredClone: true,
  useRecords: true,
  copyBuffers: true,
  writeFunction: () => {
    throw new TypeError('a function cannot be cached');
  },
});

/** No value may unpack to more than this. */
const largestPayload = 64 * 1024 * 1024;

/** A value as bytes. */
export interface Payload {
  readonly bytes: Uint8Array;
  readonly compressed: boolean;
}

/**
 * Encodes a value, compressed when it is large and that helps.
 * @throws when the value holds something that cannot be stored, such as a function
 */
export function encodePayload(value: unknown, compressBytes: number): Payload {
  const bytes = packr.pack(value);
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
  return packr.unpack(
    payload.compressed ? inflateRawSync(payload.bytes, { maxOutputLength: largestPayload }) : payload.bytes,
  );
}
