import { chmod, mkdir } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { FileStorage, type StorageAdapter } from '@flystorage/file-storage';
import { LocalStorageAdapter } from '@flystorage/local-fs';
import type { Settings, StorageAddress } from '@slimy/config';
import { AppError } from '../errors.js';

/** Where the bytes of uploads are. Names are ours, never a person's. */
export interface FileStore {
  /** @throws AppError `storage_full` or `storage_unavailable` */
  write(name: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** As `write`, without holding the whole file in memory. */
  writeFrom(
    name: string,
    content: Readable,
    file: { readonly bytes: number; readonly contentType: string },
  ): Promise<void>;
  /** @throws AppError `storage_unavailable` */
  read(name: string): Promise<Readable>;
  /** Whether there is such a file. @throws AppError `storage_unavailable` */
  has(name: string): Promise<boolean>;
  /** A file that is not there counts as deleted. */
  delete(name: string): Promise<void>;
  close(): void;
}

const full = new Set(['ENOSPC', 'EDQUOT', 'EntityTooLarge', 'QuotaExceeded', 'XMinioStorageFull']);

/** Whether an error, or what caused it, says that there is no room left. */
function saysFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return full.has(typeof code === 'string' ? code : error.name) || saysFull(error.cause);
}

function storageError(error: unknown): AppError {
  return saysFull(error)
    ? new AppError('storage_full', 'There is no room for files left on the server. Nothing was kept.', {
        remedy: 'Tell the operator of this installation to make room.',
        cause: error,
      })
    : new AppError('storage_unavailable', 'The file storage cannot be reached now. Try again in a moment.', {
        cause: error,
      });
}

/** Keeps files through a storage library's adapter. */
export function fileStore(adapter: StorageAdapter, close: () => void = () => undefined): FileStore {
  const storage = new FileStorage(adapter);
  const held = <Result>(work: Promise<Result>) =>
    work.catch((error: unknown) => {
      throw storageError(error);
    });
  return {
    write: (name, bytes, mimeType) =>
      held(storage.write(name, Buffer.from(bytes), { mimeType, size: bytes.byteLength })),
    writeFrom: (name, content, { bytes, contentType }) =>
      held(storage.write(name, content, { mimeType: contentType, size: bytes })),
    read: (name) => held(storage.read(name)),
    has: (name) => held(storage.fileExists(name)),
    delete: (name) => held(storage.deleteFile(name)),
    close,
  };
}

type Bucket = Extract<StorageAddress, { kind: 's3' }>;

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Opens a bucket; the code for it is large and loaded only where there is one. */
async function openBucket(
  { bucket, prefix, region, endpoint }: Bucket,
  keys: Keys | null,
): Promise<FileStore> {
  const [{ S3Client }, { AwsS3StorageAdapter }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@flystorage/aws-s3'),
  ]);
  const client = new S3Client({
    region,
    // Checksums beyond the protocol's own are not understood by every server that speaks S3.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(keys && { credentials: keys }),
  });
  return fileStore(new AwsS3StorageAdapter(client, { bucket, prefix, region }), () => client.destroy());
}

/** Opens the storage that the settings name: a folder that only this user may enter, or a bucket. */
export async function openFileStore({
  STORAGE_URL: address,
  STORAGE_ACCESS_KEY: accessKeyId,
  STORAGE_SECRET_KEY: secretAccessKey,
}: Pick<Settings, 'STORAGE_URL' | 'STORAGE_ACCESS_KEY' | 'STORAGE_SECRET_KEY'>): Promise<FileStore> {
  if (address.kind === 's3') {
    const keys = accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : null;
    return openBucket(address, keys);
  }
  await mkdir(address.path, { recursive: true });
  await chmod(address.path, 0o700);
  return fileStore(new LocalStorageAdapter(address.path));
}
