import { AppError } from '@slimy/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** How sure we must be that a page of ours sent the request. */
type Proof = 'required' | 'unless-silent';

function isOwn(request: FastifyRequest, ownOrigin: string): boolean | null {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined) return origin === ownOrigin;
  if (site !== undefined) return site === 'same-origin';
  return null;
}

/**
 * Holds a request that a browser may have sent against the page it came from, so that no other site can act
 * with a person's cookie. Bearer calls carry nothing that a browser adds by itself and are not asked.
 * `unless-silent` lets requests pass that say nothing of where they come from: programs, not browsers.
 * @throws AppError `foreign_origin`
 */
export function requireOwnOrigin(request: FastifyRequest, ownOrigin: string, proof: Proof): void {
  if (request.headers.authorization !== undefined) return;
  const own = isOwn(request, ownOrigin);
  if (own === true || (own === null && proof === 'unless-silent')) return;
  throw new AppError('foreign_origin', `Only pages of ${ownOrigin} may do this.`, {
    remedy: `Open ${ownOrigin} and try again there; programs use a bearer token.`,
  });
}

/** Methods that change nothing, as HTTP has it. */
const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Holds every request that may change something against the page it came from, whichever route takes it, before
 * it is counted or read. One that carries a cookie must say where it comes from; one without has nothing that
 * another site could borrow.
 */
export function requireOwnPages(app: FastifyInstance, ownOrigin: string): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (!reading.has(request.method)) {
      requireOwnOrigin(
        request,
        ownOrigin,
        request.headers.cookie === undefined ? 'unless-silent' : 'required',
      );
    }
    done();
  });
}
