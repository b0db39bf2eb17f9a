import { errorCodes, errorData, errorReasons } from '@slimy/contract';
import { AppError } from '@slimy/core';
import { TRPCError } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { httpStatuses, rpcNumbers } from '../src/errors/error-map.ts';
import { errorShape, trpcErrorOf } from '../src/errors/error-shape.ts';

const occasion = { requestId: 'request-1', path: 'guild.byId', contractsDiffer: false };
const secret = 'Access denied for user slimy@10.0.0.9 (password: hunter2) at /srv/slimy/dist/main.js:10:5';

describe('An error on its way out', () => {
  it.each(errorCodes)('%s has the number that tRPC gives it', (code) => {
    expect(rpcNumbers[code]).toBe(TRPC_ERROR_CODES_BY_KEY[code]);
    expect(httpStatuses[code]).toBeGreaterThanOrEqual(400);
  });

  it.each(Object.keys(errorReasons).map((name) => errorData.shape.reason.parse(name)))(
    '%s keeps its reason and gets its code and status',
    (reason) => {
      const shape = errorShape(trpcErrorOf(new AppError(reason, 'Said to the caller.')), occasion);
      const code = errorReasons[reason];
      expect(shape.data).toEqual({
        code,
        httpStatus: httpStatuses[code],
        reason,
        requestId: 'request-1',
        path: 'guild.byId',
      });
      expect(shape.code).toBe(rpcNumbers[code]);
    },
  );

  it('carries the details that a refusal has', () => {
    const error = new AppError('rate_limited', 'Wait.', {
      retryAfterSeconds: 7,
      remedy: 'Wait a little.',
      fields: [{ path: ['a', 0], message: 'wrong' }],
      currentVersion: 3,
    });
    expect(errorShape(error, occasion)).toMatchObject({
      message: 'Wait.',
      data: {
        retryAfterSeconds: 7,
        remedy: 'Wait a little.',
        fields: [{ path: ['a', 0], message: 'wrong' }],
        currentVersion: 3,
      },
    });
  });

  it.each<[string, unknown]>([
    ['an error of a library', new Error(secret)],
    ['a thrown text', secret],
    ['an output that does not fit its schema', z.object({ a: z.string() }).safeParse({ a: 1 }).error],
    ['an internal error of ours', new AppError('internal', secret)],
    ['one that tRPC wrapped', new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: new Error(secret) })],
    ['a code of tRPC that is not ours', new TRPCError({ code: 'NOT_IMPLEMENTED', message: secret })],
  ])('says nothing of %s but a request id', (_, thrown) => {
    const shape = errorShape(trpcErrorOf(thrown), occasion);
    expect(shape.data).toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      reason: 'internal',
      requestId: 'request-1',
    });
    expect(JSON.stringify(shape)).not.toMatch(/hunter2|slimy@|main\.js|stack/);
  });

  it('says that the database is away, and not how', () => {
    const away = Object.assign(new Error(secret), { name: 'DatabaseError', passing: true });
    const shape = errorShape(trpcErrorOf(away), occasion);
    expect(shape.data).toMatchObject({ code: 'SERVICE_UNAVAILABLE', reason: 'database_unavailable' });
    expect(shape.message).not.toContain('hunter2');
  });

  it('tells a client of another contract to reload when it is not understood', () => {
    const differing = { ...occasion, contractsDiffer: true };
    const wrongInput = new AppError('invalid_input', 'guildId: is missing', { fields: [] });
    expect(errorShape(wrongInput, differing).data).toMatchObject({
      code: 'PRECONDITION_FAILED',
      reason: 'contract_mismatch',
      httpStatus: 412,
    });
    const refused = new AppError('action_not_allowed', 'No.');
    expect(errorShape(refused, differing).data.reason).toBe('action_not_allowed');
  });
});
