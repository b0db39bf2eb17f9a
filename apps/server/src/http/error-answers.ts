import { appErrorOf, failureAnswer, failureShape, treatmentOf, type ApiContext } from '@slimy/api';
import { AppError } from '@slimy/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LIVE_PATH, RPC_PATH_MAX } from '../rpc/paths.js';
import { refusalOf } from './refusals.js';

/** Makes the context of a request. */
export type ContextOf = (request: FastifyRequest) => ApiContext;

function isRpc({ url }: FastifyRequest): boolean {
  return /^\/trpc(?:-live)?(?:[/?]|$)/.test(url);
}

function log(request: FastifyRequest, refusal: unknown): void {
  const error = appErrorOf(refusal);
  const { logged } = treatmentOf(error.reason);
  if (!logged) return;
  const route = `${request.method} ${request.routeOptions.url ?? 'unknown address'}`;
  request.log[logged]({ requestId: request.id, err: error.cause ?? error }, `${route}: ${error.reason}`);
}

/** The answer in the form that whoever calls this address reads: tRPC's, or plain JSON. */
function bodyOf(refusal: unknown, request: FastifyRequest, context: ApiContext): string {
  if (isRpc(request)) return failureAnswer(refusal, context).body;
  const { message, data } = failureShape(refusal, context);
  return JSON.stringify({ error: { message, ...data } });
}

/** Answers what was thrown outside of a procedure. */
type ErrorAnswerer = (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** Puts the headers of every answer on one. */
export type MarkAnswer = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Makes the answerer: the same vocabulary as inside of a procedure, so that a client understands a body that
 * was too large as well as a refusal.
 */
export function errorAnswerer(contextOf: ContextOf, mark: MarkAnswer): ErrorAnswerer {
  return (thrown, request, reply) => {
    const refusal = refusalOf(thrown);
    const context = contextOf(request);
    log(request, refusal);
    // What the router itself refuses has passed no hook.
    mark(request, reply);
    const { httpStatus, retryAfterSeconds } = failureShape(refusal, context).data;
    if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
    reply.code(httpStatus).headers({ 'cache-control': 'no-store', 'content-type': 'application/json' });
    void reply.send(bodyOf(refusal, request, context));
  };
}

/** What is wrong with a request that no route takes. */
function nobodyTakes(request: FastifyRequest): AppError {
  if (!isRpc(request) || request.url.startsWith(LIVE_PATH))
    return new AppError('not_found', 'There is nothing at this address.');
  if (request.method !== 'GET' && request.method !== 'POST') {
    return new AppError('wrong_method', 'Procedures are called by GET and POST.');
  }
  if (request.url.length > RPC_PATH_MAX) {
    return new AppError('batch_too_large', `The path is longer than ${RPC_PATH_MAX} characters.`);
  }
  return new AppError('unknown_procedure', 'There is no procedure of that name.');
}

/** Answers errors of routes and requests that no route takes. */
export function answerErrors(app: FastifyInstance, answer: ErrorAnswerer): void {
  app.setErrorHandler(answer);
  app.setNotFoundHandler((request, reply) => answer(nobodyTakes(request), request, reply));
}
