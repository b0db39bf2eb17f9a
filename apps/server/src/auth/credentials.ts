import { headerNames, isSnowflake } from '@slimy/contract';
import { AppError, type Actor, type Authentication, type RequestHint } from '@slimy/core';
import type { FastifyRequest } from 'fastify';
import type { BoundCookie } from './bound-cookie.js';

/** The guild that the address of a call names, as it stands there percent-encoded. */
const GUILD_IN_ADDRESS = /guildId(?:%22|")(?::|%3A)(?:%22|")(\d{17,20})(?:%22|")/i;

/** A guess at the guild a call is about, so that it can be read together with the session; checked nowhere. */
function guildHint({ url }: FastifyRequest): RequestHint {
  const guildId = GUILD_IN_ADDRESS.exec(url)?.[1];
  return { guildId };
}

function actingAs(request: FastifyRequest): string | null {
  const named = request.headers[headerNames.actingAs];
  if (named === undefined) return null;
  if (typeof named === 'string' && isSnowflake(named)) return named;
  throw new AppError('bad_credentials', `The header ${headerNames.actingAs} must be one Discord id.`);
}

/**
 * Who sends a request: the bot, or a person's own program, by a bearer token, a person by their session cookie,
 * otherwise nobody. A bearer token that is wrong is refused; a cookie that is over makes somebody anonymous.
 * @throws AppError `bad_credentials`
 */
export function actorOf(
  request: FastifyRequest,
  authentication: Authentication,
  cookie: BoundCookie,
): Actor | Promise<Actor> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = /^Bearer ([\x21-\x7e]{1,512})$/.exec(authorization)?.[1];
    if (token === undefined) throw new AppError('bad_credentials', 'Send "Authorization: Bearer <token>".');
    return authentication.bearer(token, actingAs(request), guildHint(request));
  }
  const token = cookie.read(request.headers.cookie);
  return token === null ? { kind: 'anonymous' } : authentication.session(token, guildHint(request));
}
