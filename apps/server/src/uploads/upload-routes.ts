import { Readable } from 'node:stream';
import type { Core } from '@slimy/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requestFacts } from '../http/request-facts.js';

interface SignedAddress {
  Params: { id: string; variant: string };
  Querystring: Record<string, unknown>;
}

function signedUse({ query }: FastifyRequest<SignedAddress>) {
  const { expires, signature } = query;
  return {
    expires: typeof expires === 'string' ? Number(expires) : Number.NaN,
    signature: typeof signature === 'string' ? signature : '',
  };
}

/** Takes files by PUT of their raw bytes, and shows pictures; both only under the addresses that core has signed. */
export async function uploadRoutes(app: FastifyInstance, { uploads }: Pick<Core, 'uploads'>): Promise<void> {
  await app.register(async (scope) => {
    // The content says what it is; what the client calls it does not matter.
    scope.addContentTypeParser('*', (_request, body, done) => done(null, body));
    scope.put<SignedAddress>(
      '/uploads/:id',
      {
        config: {
          declares: { rate: 'write', authentication: 'signature', audit: 'upload.store' },
          slowBody: true,
        },
      },
      async (request, reply) => {
        const body = request.body instanceof Readable ? request.body : Readable.from([]);
        try {
          await uploads.receive(request.params.id, signedUse(request), body, requestFacts(request));
        } catch (error) {
          // The rest of a body that is not read must not be taken for the next request.
          reply.header('connection', 'close');
          throw error;
        }
        return reply.code(204).send();
      },
    );
    scope.get<SignedAddress>(
      '/uploads/:id/:variant',
      { config: { declares: { rate: 'read', authentication: 'signature', audit: null } } },
      async (request, reply) => {
        const { id, variant } = request.params;
        const { content, contentType, maxAgeSeconds } = await uploads.view(id, variant, signedUse(request));
        return reply
          .headers({
            'content-type': contentType,
            'cache-control': `private, max-age=${maxAgeSeconds}, immutable`,
            'content-security-policy': "default-src 'none'; sandbox",
            'content-disposition': 'inline',
          })
          .send(content);
      },
    );
  });
}
