// A peer of the rpc benchmark, in its own process: `bare` sends prepared bytes from a Fastify route, `plain`
// answers the same object through the plain tRPC Fastify plugin with superjson. Neither checks anything.
import { readFileSync } from 'node:fs';
import { initTRPC } from '@trpc/server';
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import Fastify from 'fastify';
import superjson from 'superjson';
import { z } from 'zod';

const [mode, bodyFile = ''] = process.argv.slice(2);
const body = readFileSync(bodyFile, 'utf8');
const app = Fastify({ routerOptions: { maxParamLength: 1000 } });

if (mode === 'bare') {
  app.get('/trpc/guild.byId', (_request, reply) => reply.type('application/json').send(body));
} else {
  const t = initTRPC.create({ transformer: superjson, isDev: false });
  const envelope = z
    .object({ result: z.object({ data: z.looseObject({ json: z.json() }) }) })
    .parse(JSON.parse(body));
  const answer: unknown = superjson.deserialize(envelope.result.data);
  const router = t.router({
    guild: t.router({
      byId: t.procedure
        .input(z.object({ guildId: z.string(), includeMembers: z.boolean().optional() }))
        .query(() => answer),
    }),
  });
  await app.register(fastifyTRPCPlugin, {
    prefix: '/trpc',
    trpcOptions: { router, createContext: () => ({}) },
  });
}
console.log(`listening at ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
