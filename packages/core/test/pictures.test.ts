import { uploadPurpose, uploadPurposes } from '@slimy/contract';
import { vectorCases } from '@slimy/testing';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { pictureTypeOf } from '../src/uploads/picture-type.ts';
import { PictureReader } from '../src/uploads/picture-reader.ts';

describe('upload-accept', () => {
  test.each(vectorCases('upload-accept'))('$kind $type $bytes × $files', (given) => {
    if (given['kind'] === 'any') {
      expect(pictureTypeOf(Buffer.from('<!doctype html><html></html>'))).toBeNull();
      return;
    }
    const { bytes, files, types } = uploadPurposes[uploadPurpose.parse(given['kind'])];
    const taken =
      Number(given['bytes']) <= bytes &&
      Number(given['files']) <= files &&
      types.some((type) => type === given['type']);
    expect(taken).toBe(given['expected']);
  });
});

const pixels = sharp({ create: { width: 1600, height: 900, channels: 3, background: '#2a7f5f' } });

/** A bitmap of two by two pixels: red, green above blue, white. */
function bitmap(): Buffer {
  const file = Buffer.alloc(54 + 16);
  file.write('BM');
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(2, 18);
  file.writeInt32LE(2, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  Buffer.from([255, 0, 0, 255, 255, 255, 0, 0]).copy(file, 54);
  Buffer.from([0, 0, 255, 0, 255, 0, 0, 0]).copy(file, 62);
  return file;
}

describe('a picture that is kept', () => {
  const reader = new PictureReader();
  afterAll(() => reader.stop());
  const read = (file: Buffer) => reader.read(file, pictureTypeOf(file) === 'image/bmp');

  test('has no metadata, stands upright, and comes in three sizes', async () => {
    const exif = {
      IFD0: { Copyright: 'secret place' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
    };
    const photo = await pixels.clone().jpeg().withExif(exif).withMetadata({ orientation: 6 }).toBuffer();
    expect((await sharp(photo).metadata()).exif).toBeDefined();
    const kept = await read(photo);
    expect(kept).toMatchObject({ contentType: 'image/jpeg', width: 900, height: 1600 });
    for (const [file, width] of [
      [kept.original, 900],
      [kept.preview, 900],
      [kept.thumbnail, 320],
    ] as const) {
      const found = await sharp(file).metadata();
      expect(found).toMatchObject({ width });
      expect([found.exif, found.icc, found.xmp, found.orientation]).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
      expect(Buffer.from(file).includes('secret place')).toBe(false);
    }
  });

  test('is read by what its content is', async () => {
    const files = {
      'image/png': await pixels.clone().png().toBuffer(),
      'image/webp': await pixels.clone().webp().toBuffer(),
      'image/gif': await pixels.clone().gif().toBuffer(),
      'image/tiff': await pixels.clone().tiff().toBuffer(),
      'image/bmp': bitmap(),
    };
    for (const [type, file] of Object.entries(files)) {
      expect(pictureTypeOf(file)).toBe(type);
      const { contentType } = await read(file);
      expect(contentType, type).toBe(type === 'image/webp' ? type : 'image/png');
    }
    const { original } = await read(bitmap());
    const raw = await sharp(original).removeAlpha().raw().toBuffer();
    expect([...raw]).toEqual([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
    for (const other of ['<svg xmlns="http://www.w3.org/2000/svg"/>', '%PDF-1.7', '', 'MZ'])
      expect(pictureTypeOf(Buffer.from(other))).toBeNull();
  });

  test('is neither a broken one nor one that would fill the memory', async () => {
    const whole = await pixels.clone().png().toBuffer();
    const bomb = await sharp({ create: { width: 10_000, height: 5_001, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    const wide = bitmap();
    wide.writeInt32LE(2_000_000_000, 18);
    for (const file of [whole.subarray(0, whole.length / 2), bomb, wide, bitmap().subarray(0, 60)])
      await expect(read(file)).rejects.toMatchObject({ reason: 'unsupported_file' });
    expect((await read(whole)).width).toBe(1600);
  });

  test('waits for those before it, and many are told to come back', async () => {
    const file = await pixels.clone().png().toBuffer();
    const all = await Promise.allSettled(Array.from({ length: 12 }, () => read(file)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(8);
    const refused = all.find((one) => one.status === 'rejected');
    expect(refused?.reason).toMatchObject({ reason: 'too_busy' });
  });
});
