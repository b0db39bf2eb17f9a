import type { FastifyInstance } from 'fastify';

/** Addresses that programs call under whatever name they know the server by. */
const FOR_PROGRAMS = /^\/(?:trpc|trpc-live|healthz|readyz|metrics)(?:[/?]|$)/;

/**
 * Sends people who came by another name (localhost for 127.0.0.1, the machine behind the proxy) to the public
 * address: the session cookie and sign-in hang on one name.
 */
export function redirectToPublicHost(app: FastifyInstance, publicUrl: string): void {
  const { host, origin } = new URL(publicUrl);
  app.addHook('onRequest', (request, reply, done) => {
    const { method, url } = request;
    const elsewhere = request.host !== host && !FOR_PROGRAMS.test(url);
    if (elsewhere && (method === 'GET' || method === 'HEAD')) {
      void reply.redirect(`${origin}${url.startsWith('//') ? '/' : url}`, 307);
      return;
    }
    done();
  });
}
