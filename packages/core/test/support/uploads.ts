import { Readable } from 'node:stream';
import type { Caller } from '../../src/index.ts';
import { parsed } from './calls.ts';
import type { TestCore } from './open-core.ts';
import { request } from './settle-world.ts';

/** The parts of an address that was handed out. */
export function addressed(url: string) {
  const { pathname, searchParams } = new URL(url, 'http://slimy');
  const [, , id = '', variant = ''] = pathname.split('/');
  const use = {
    expires: Number(searchParams.get('expires')),
    signature: searchParams.get('signature') ?? '',
  };
  return { id, variant, use };
}

/** Announces a picture and sends it; gives the id of the upload. */
export async function sentPicture(
  core: TestCore,
  caller: Caller,
  picture: Buffer,
  input: object = {},
): Promise<string> {
  const announced = { purpose: 'snail-analyze', bytes: picture.length, ...input };
  const { url } = await core.services.uploads.create(caller, parsed('upload.create', announced));
  const { id, use } = addressed(url);
  await core.uploads.receive(id, use, Readable.from([picture]), request);
  return id;
}
