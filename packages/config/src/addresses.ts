import { z } from 'zod';

/** Where the database is. */
export type DatabaseAddress =
  | { readonly engine: 'mysql'; readonly url: string }
  | { readonly engine: 'sqlite'; readonly file: string };

/** `mysql://user:password@host:port/name` or `file:path`. */
export const databaseUrl = z.string().transform((text, context): DatabaseAddress => {
  if (text.startsWith('file:') && text.length > 5) return { engine: 'sqlite', file: text.slice(5) };
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (
    parsed &&
    /^(mysql|mariadb):$/.test(parsed.protocol) &&
    parsed.hostname &&
    /^\/[^/]+$/.test(parsed.pathname) &&
    [parsed.username, parsed.password, parsed.pathname].every(isDecodable)
  ) {
    return { engine: 'mysql', url: text.replace(/^mariadb:/, 'mysql:') };
  }
  context.addIssue({
    code: 'custom',
    message:
      'must be mysql://user:password@host:port/name or file:path (percent-encode special characters of the password)',
  });
  return z.NEVER;
});

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function isHost(text: string): boolean {
  const port = /^(?:\[[\da-f:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/i.exec(text);
  return port !== null && (port[1] === undefined || (Number(port[1]) >= 1 && Number(port[1]) <= 65_535));
}

/** What may stand behind the hosts: a database's number, the master that Sentinels watch, nothing. */
const redisPaths = { '': /^(\/\d{0,4})?$/, '-sentinel': /^\/[^/\s]+$/, '-cluster': /^\/?$/ } as const;

function isRedisUrl(text: string): boolean {
  const match = /^rediss?(|-sentinel|-cluster):\/\/(?:([^@/]*)@)?([^/?#]*)(\/[^?#]*)?$/.exec(text);
  const [, kind, credentials = '', hosts = '', path = ''] = match ?? [];
  if (kind !== '' && kind !== '-sentinel' && kind !== '-cluster') return false;
  const all = hosts.split(',');
  return (
    isDecodable(credentials) &&
    (kind !== '' || all.length === 1) &&
    all.every(isHost) &&
    redisPaths[kind].test(path)
  );
}

/** `redis://`, `redis-sentinel://h:p,h:p/name` or `redis-cluster://h:p,h:p`; `rediss` for TLS. */
export const redisUrl = z
  .string()
  .refine(
    isRedisUrl,
    'must be redis://host:port, redis-sentinel://host:port,host:port/name or redis-cluster://host:port,host:port; with rediss instead of redis over TLS',
  );

/** Where files are kept: a folder, or a bucket that is reached by the S3 protocol. */
export type StorageAddress =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      /** Put before every name; empty, or ending in a slash. */
      readonly prefix: string;
      readonly region: string;
      /** Of a server other than Amazon's. */
      readonly endpoint: string | undefined;
    };

/** `file:path`, or `s3://bucket/prefix?region=eu-central-1&endpoint=https://s3.example.org`. */
export const storageUrl = z.string().transform((text, context): StorageAddress => {
  if (text.startsWith('file:') && text.length > 5) return { kind: 'folder', path: text.slice(5) };
  const parsed = URL.canParse(text) ? new URL(text) : null;
  const endpoint = parsed?.searchParams.get('endpoint') ?? undefined;
  const known = [...(parsed?.searchParams.keys() ?? [])].every((name) =>
    ['region', 'endpoint'].includes(name),
  );
  const reachable = endpoint === undefined || (URL.canParse(endpoint) && /^https?:/.test(endpoint));
  if (
    parsed?.protocol === 's3:' &&
    parsed.hostname &&
    !parsed.username &&
    !parsed.port &&
    known &&
    reachable
  ) {
    const folder = parsed.pathname.replace(/^\/+|\/+$/g, '');
    const region = parsed.searchParams.get('region') ?? 'us-east-1';
    return { kind: 's3', bucket: parsed.hostname, prefix: folder && `${folder}/`, region, endpoint };
  }
  context.addIssue({
    code: 'custom',
    message:
      'must be file:path or s3://bucket/prefix?region=eu-central-1&endpoint=https://s3.example.org (keys in STORAGE_ACCESS_KEY and STORAGE_SECRET_KEY)',
  });
  return z.NEVER;
});

/** Whether a host name reaches this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
