import type { PictureType } from '@slimy/contract';

const magics: readonly (readonly [PictureType, (bytes: Buffer) => boolean])[] = [
  ['image/jpeg', (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))],
  ['image/png', (bytes) => bytes.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))],
  [
    'image/webp',
    (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
  ],
  ['image/gif', (bytes) => /^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6))],
  ['image/bmp', (bytes) => bytes.toString('latin1', 0, 2) === 'BM'],
  ['image/tiff', (bytes) => ['II*\0', 'MM\0*'].includes(bytes.toString('latin1', 0, 4))],
];

/** What the first bytes of a file say it is; null for anything that is not taken, whatever its name says. */
export function pictureTypeOf(bytes: Buffer): PictureType | null {
  return magics.find(([, matches]) => matches(bytes))?.[0] ?? null;
}
