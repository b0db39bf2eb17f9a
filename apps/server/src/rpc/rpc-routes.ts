import { answerQuery, appRouter, declaredProcedures, isQuery, parseJson, type ApiContext } from '@slimy/api';
import { headerNames, limits } from '@slimy/contract';
import { AppError } from '@slimy/core';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requireOwnOrigin } from '../http/origin.js';
import { keepPrivate } from '../http/security-headers.js';
import { AnswerTurns } from './answer-turns.js';
import type { OpenStreams } from './open-streams.js';
import { holdBatch, rpcParameters } from './batch-checks.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the JSON of the body cannot be read; null where it can, or there is none. */
    bodyProblem: Error | null;
  }
}

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

export interface RpcOptions {
  readonly publicOrigin: string;
  readonly contextOf: (request: FastifyRequest) => ApiContext;
  readonly streams: OpenStreams;
  /** Seconds since the database last answered, while it is away; null while it answers. */
  readonly databaseAwaySeconds: () => number | null;
}

interface RpcRoute {
  Params: { path: string };
  Querystring: Record<string, unknown>;
}
type RpcRequest = FastifyRequest<RpcRoute>;

function isSubscription({ params }: RpcRequest): boolean {
  return declaredProcedures.get(params.path)?.contract.kind === 'subscription';
}

/** What must hold before a byte of the body is read: what it says it is, and for a stream where it goes to. */
function holdAtTheDoor(request: RpcRequest, { publicOrigin }: RpcOptions): void {
  if (request.method === 'POST') {
    if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) {
      throw new AppError('wrong_content_type', 'Send the body as application/json.');
    }
  } else if (isSubscription(request)) {
    requireOwnOrigin(request, publicOrigin, 'unless-silent');
  }
}

async function handOn(request: RpcRequest, reply: FastifyReply, context: ApiContext): Promise<void> {
  await fastifyRequestHandler({
    router: appRouter,
    req: request,
    res: reply,
    path: request.params.path,
    createContext: () => context,
    maxBatchSize: limits.batchMax,
    allowMethodOverride: true,
  });
}

/** The procedures over HTTP: plain queries on our own short way, everything else through tRPC's handler. */
export function rpcRoutes(app: FastifyInstance, options: RpcOptions): void {
  const turns = new AnswerTurns();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    try {
      // tRPC reads the text itself; here it is only held against what a body may be.
      if (body !== '') parseJson(body.toString());
    } catch (error) {
      // Rate and sign-in come first: the procedure says it.
      request.bodyProblem = error instanceof Error ? error : new Error(String(error));
    }
    done(null, body);
  });

  app.route<RpcRoute>({
    method: ['GET', 'POST'],
    url: '/trpc/:path',
    exposeHeadRoute: false,
    config: { declares: { rate: 'procedure', authentication: 'procedure', audit: 'procedure' } },
    onRequest: (request, reply, done) => {
      keepPrivate(reply);
      holdAtTheDoor(request, options);
      done();
    },
    onSend: (_request, reply, _payload, done) => {
      const seconds = options.databaseAwaySeconds();
      if (seconds !== null && reply.statusCode < 400) reply.header(headerNames.databaseAway, seconds);
      done();
    },
    handler: async (request, reply) => {
      const { path } = request.params;
      const { batch, input } = rpcParameters(request.query);
      const context = options.contextOf(request);
      if (batch) holdBatch(path);
      else if (request.method === 'GET' && isQuery(path) && !asksForLines(request)) {
        const { status, body } = await answerQuery(path, context, input);
        await turns.end();
        return reply.code(status).headers(answerHeaders).send(body);
      }
      if (isSubscription(request)) options.streams.add(reply.raw);
      await handOn(request, reply, context);
      return reply;
    },
  });
}

/** The headers tRPC's handler gives an answer. */
const answerHeaders = { vary: 'trpc-accept, accept', 'content-type': 'application/json' };

/** Whether the client wants a stream of lines, which only tRPC's handler writes. */
function asksForLines({ headers }: FastifyRequest): boolean {
  return headers['trpc-accept'] !== undefined || (headers.accept ?? '').includes('application/jsonl');
}
