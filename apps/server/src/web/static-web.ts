import { existsSync } from 'node:fs';
import { join } from 'node:path';
import staticFiles from '@fastify/static';
import { AppError } from '@slimy/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { contentSecurityPolicy } from '../http/security-headers.js';

export interface StaticWebOptions {
  /** The folder of the built page. */
  readonly root: string;
  /** Where pictures of people and guilds come from. */
  readonly pictureHost: string;
}

/** Addresses that no page of ours has, so that a mistyped one is not answered with a page. */
const FOR_PROGRAMS = /^(?:trpc|auth|healthz|readyz|metrics)(?:\/|$)/;

/** Files whose names carry a hash of what is in them; another version has another name. */
const HASHED = /^assets\//;

/**
 * The built web page: its files, and `index.html` for every address the page itself knows. The page asks
 * whether it is current each time; hashed files are kept for a year.
 */
export async function staticWeb(
  app: FastifyInstance,
  { root, pictureHost }: StaticWebOptions,
): Promise<void> {
  const policy = contentSecurityPolicy(pictureHost);
  await app.register(staticFiles, { root, serve: false, cacheControl: false, index: false });

  async function page(reply: FastifyReply): Promise<FastifyReply> {
    reply.header('content-security-policy', policy).header('cache-control', 'no-cache');
    return reply.sendFile('index.html');
  }

  async function serve(
    request: FastifyRequest<{ Params: { '*': string } }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const path = request.params['*'];
    if (FOR_PROGRAMS.test(path)) {
      reply.callNotFound();
      return reply;
    }
    if (path === '' || path === 'index.html') return page(reply);
    if (isFile(root, path)) {
      reply.header('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      return reply.sendFile(path);
    }
    if (HASHED.test(path)) throw new AppError('not_found', 'There is no such file.');
    return page(reply);
  }

  app.route<{ Params: { '*': string } }>({
    method: 'GET',
    url: '/*',
    config: { declares: { rate: 'none', authentication: 'none', audit: null } },
    handler: serve,
  });
}

/** Whether the page has this file; a path that leaves the folder never is one. */
function isFile(root: string, path: string): boolean {
  return (
    !path.includes('..') && !path.includes('\0') && /\.[a-z0-9]+$/i.test(path) && existsSync(join(root, path))
  );
}
