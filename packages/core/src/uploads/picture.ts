import sharp, { type Sharp } from 'sharp';
import { readBitmap } from './bitmap.js';

/** Pixels of the largest picture that is decoded: well above any phone's screen, well below what fills memory. */
const MOST_PIXELS = 50_000_000;
const PREVIEW_WIDTH = 1280;
const THUMBNAIL_WIDTH = 320;

/** A picture as it is kept. */
export interface KeptPicture {
  readonly contentType: 'image/jpeg' | 'image/png' | 'image/webp';
  readonly width: number;
  readonly height: number;
  readonly original: Uint8Array;
  /** WebP, at most 1280 pixels wide. */
  readonly preview: Uint8Array;
  /** WebP, at most 320 pixels wide. */
  readonly thumbnail: Uint8Array;
}

function opened(file: Buffer, isBitmap: boolean): Sharp {
  // An animation is kept as its first picture. What is cut off or broken is not kept as half a picture.
  const options = { limitInputPixels: MOST_PIXELS, failOn: 'truncated', pages: 1 } as const;
  if (!isBitmap) return sharp(file, options);
  const { data, ...raw } = readBitmap(file, MOST_PIXELS);
  return sharp(data, { raw });
}

function encoded(picture: Sharp, format: string | undefined): readonly [KeptPicture['contentType'], Sharp] {
  if (format === 'jpeg') return ['image/jpeg', picture.jpeg({ quality: 90 })];
  if (format === 'webp') return ['image/webp', picture.webp({ quality: 90 })];
  return ['image/png', picture.png()];
}

/**
 * Decodes a picture and encodes it anew, turned as its camera meant it and without metadata: phones put the place
 * into it. @throws Error when it cannot be decoded or has too many pixels
 */
export async function keptPicture(file: Buffer, isBitmap: boolean): Promise<KeptPicture> {
  const upright = opened(file, isBitmap).rotate();
  const { format } = isBitmap ? { format: 'bmp' } : await upright.metadata();
  const [contentType, whole] = encoded(upright.clone(), format);
  const { data, info } = await whole.toBuffer({ resolveWithObject: true });
  const smaller = (width: number, quality: number) =>
    upright.clone().resize({ width, withoutEnlargement: true }).webp({ quality }).toBuffer();
  const preview = await smaller(PREVIEW_WIDTH, 82);
  const thumbnail = await smaller(THUMBNAIL_WIDTH, 75);
  return { contentType, width: info.width, height: info.height, original: data, preview, thumbnail };
}
