/** The pixels of a picture, rows from the top, bytes per pixel as many as channels. */
export interface RawPixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 3;
}

const HEADER_BYTES = 54;

/**
 * Reads an uncompressed bitmap of 24 or 32 bits, which is what screenshot tools write; the picture library reads
 * none. @throws RangeError for anything else, or when it has more than `mostPixels`
 */
export function readBitmap(file: Buffer, mostPixels: number): RawPixels {
  if (file.length < HEADER_BYTES) throw new RangeError('The bitmap is cut off.');
  const offset = file.readUInt32LE(10);
  const width = file.readInt32LE(18);
  const signedHeight = file.readInt32LE(22);
  const height = Math.abs(signedHeight);
  const bytesPerPixel = file.readUInt16LE(28) / 8;
  const compression = file.readUInt32LE(30);
  if (width < 1 || height < 1 || width * height > mostPixels)
    throw new RangeError('The bitmap is too large.');
  if (![3, 4].includes(bytesPerPixel) || ![0, 3].includes(compression)) {
    throw new RangeError('Only uncompressed bitmaps of 24 or 32 bits can be read.');
  }
  const rowBytes = Math.ceil((width * bytesPerPixel) / 4) * 4;
  if (file.length < offset + rowBytes * height) throw new RangeError('The bitmap is cut off.');
  const data = Buffer.alloc(width * height * 3);
  for (let row = 0; row < height; row += 1) {
    // Rows stand from the bottom unless the height is negative.
    const from = offset + rowBytes * (signedHeight > 0 ? height - 1 - row : row);
    for (let x = 0; x < width; x += 1) {
      const source = from + x * bytesPerPixel;
      const target = (row * width + x) * 3;
      data[target] = file[source + 2] ?? 0;
      data[target + 1] = file[source + 1] ?? 0;
      data[target + 2] = file[source] ?? 0;
    }
  }
  return { data, width, height, channels: 3 };
}
