import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { headerNames } from '@slimy/contract';

const INCOMING = /^[A-Za-z0-9_-]{8,64}$/;
const process = randomBytes(6).toString('base64url');
let counted = 0;

/** The id a proxy or client gave the request, when it is one; else our own: unique, and cheap to make. */
export function requestId(request: IncomingMessage): string {
  const incoming = request.headers[headerNames.requestId];
  if (typeof incoming === 'string' && INCOMING.test(incoming)) return incoming;
  counted += 1;
  return `${process}-${counted.toString(36)}`;
}
