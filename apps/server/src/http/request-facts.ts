import type { RequestFacts } from '@slimy/core';
import type { FastifyRequest } from 'fastify';

/** What the audit trail keeps of a request. */
export function requestFacts(request: FastifyRequest): RequestFacts {
  return {
    requestId: request.id,
    ipAddress: request.ip,
    userAgent: request.headers['user-agent']?.slice(0, 1024) ?? null,
  };
}
