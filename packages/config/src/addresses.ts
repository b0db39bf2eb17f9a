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
    /^\/[^/]+$/.test(parsed.pathname)
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

/** `redis://`, `rediss://`, `redis-sentinel://h:p,h:p/name` or `redis-cluster://h:p,h:p`. */
export const redisUrl = z
  .string()
  .refine(
    (text) =>
      /^rediss?:\/\/[^\s]+$/.test(text) ||
      /^redis-sentinel:\/\/[^\s/]+\/[^\s/]+$/.test(text) ||
      /^redis-cluster:\/\/[^\s/]+\/?$/.test(text),
    'must be redis://, rediss://, redis-sentinel://host:port,host:port/name or redis-cluster://host:port,host:port',
  );

/** Whether a host name reaches this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
