import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Activity } from './activity.js';
import type { Clock } from './clock.js';
import type { Fault, FaultPlan } from './faults.js';
import type { OauthGrants } from './oauth-grants.js';
import type { AuthorizePage } from './oauth-page.js';
import { DiscordRefusal, refusalBody, refusals } from './refusals.js';
import { readBody } from './request-body.js';
import type { FakeRequest, RequestLog } from './request-log.js';
import type { RestAnswer, RestCaller, RouteAccess, UploadedFile } from './rest-call.js';
import { apiPath, type RouteTable } from './routing.js';

/** A transparent picture of one pixel, for avatars and icons. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Discord's codes for bodies that no state of the world makes right. */
const malformedCodes = new Set(
  [refusals.bodyTooLarge(), refusals.emptyMessage(), refusals.malformedJson(), refusals.invalidForm([])].map(
    ({ code }) => code,
  ),
);

interface RestParts {
  readonly routes: RouteTable;
  readonly faults: FaultPlan;
  readonly log: RequestLog;
  readonly grants: OauthGrants;
  readonly authorizePage: AuthorizePage;
  readonly botToken: string;
  readonly clock: Clock;
  readonly activity: Activity;
}

/** The HTTP side: the API below `/api`, the authorize page, the pictures below `/cdn`. */
export function restListener(parts: RestParts): RequestListener {
  return (request, response) => {
    answerRequest(parts, request, response).catch((error: unknown) => {
      parts.log.addInvalid(`the fake itself failed: ${String(error)}`);
      response.destroy();
    });
  };
}

async function answerRequest(parts: RestParts, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://fake');
  const method = request.method ?? 'GET';
  if (method === 'GET' && url.pathname === '/oauth2/authorize') {
    const visit = parts.authorizePage.visit(url.searchParams);
    if (visit.kind === 'redirect') response.writeHead(302, { location: visit.location }).end();
    else response.writeHead(visit.status, { 'content-type': 'text/html; charset=utf-8' }).end(visit.html);
    return;
  }
  if (method === 'GET' && url.pathname === '/favicon.ico') {
    // Browsers ask for it beside the authorize page, as they do at Discord's own.
    response.writeHead(200, { 'content-type': 'image/png' }).end(PIXEL);
    return;
  }
  if (method === 'GET' && /^\/cdn\/(avatars|icons|embed)\//.test(url.pathname)) {
    response.writeHead(200, { 'content-type': 'image/png' }).end(PIXEL);
    return;
  }
  await answerApi(parts, request, response, method, url);
}

async function answerApi(
  parts: RestParts,
  request: IncomingMessage,
  response: ServerResponse,
  method: string,
  url: URL,
) {
  const path = apiPath(url.pathname);
  const found = path === null ? undefined : parts.routes.find(method, path);
  let received: { body: unknown; files: readonly UploadedFile[] } = { body: undefined, files: [] };
  let answer: RestAnswer | null = null;
  try {
    received = await readBody(request);
  } catch (error) {
    noteMalformed(parts.log, `${method} ${path ?? url.pathname}`, error);
    answer = refusalAnswer(error);
  }
  const entry = parts.log.add({
    method,
    path: path ?? url.pathname,
    route: found?.route.pattern ?? null,
    query: url.search,
    body: received.body,
  });
  const fault = found ? parts.faults.take(`${method} ${found.route.pattern}`) : null;
  if (fault && (await meetFault(fault, entry, response))) {
    parts.activity.notify();
    return;
  }
  try {
    if (!found) throw refusals.unknownRoute();
    const authorization = request.headers.authorization;
    const caller = callerOf(parts, found.route.access, authorization);
    answer ??= await found.route.answer({
      ...received,
      params: found.params,
      query: url.searchParams,
      authorization,
      caller,
      request: entry,
    });
  } catch (error) {
    answer = refusalAnswer(error);
    noteMalformed(parts.log, `${method} ${entry.path}`, error);
  }
  send(response, entry, answer, fault?.kind === 'malformed', parts.clock);
  parts.activity.notify();
}

function callerOf(parts: RestParts, access: RouteAccess, authorization: string | undefined): RestCaller {
  if (access === 'none') return { kind: 'nobody' };
  if (access !== 'bearer' && authorization === `Bot ${parts.botToken}`) return { kind: 'bot' };
  const bearer = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
  const holder = access === 'bot' || bearer === undefined ? null : parts.grants.holder(bearer);
  if (!holder) throw refusals.unauthorized();
  return { kind: 'bearer', ...holder };
}

function noteMalformed(log: RequestLog, asked: string, error: unknown): void {
  if (!(error instanceof DiscordRefusal) || !malformedCodes.has(error.code)) return;
  log.addInvalid(`${asked}: ${JSON.stringify(refusalBody(error))}`);
}

function refusalAnswer(error: unknown): RestAnswer {
  if (!(error instanceof DiscordRefusal)) throw error;
  return { status: error.status, body: refusalBody(error) };
}

/** Lets a fault happen; true when it took the answer's place. */
async function meetFault(fault: Fault, entry: FakeRequest, response: ServerResponse): Promise<boolean> {
  switch (fault.kind) {
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs).unref());
      return false;
    case 'malformed':
      return false;
    case 'hang':
      return true;
    case 'cut':
      response.destroy();
      return true;
    case 'status':
      entry.status = fault.status;
      response.writeHead(fault.status, { 'content-type': 'text/html' }).end('<html>upstream error</html>');
      return true;
    case 'rate-limited': {
      entry.status = 429;
      const global = fault.global === true;
      response
        .writeHead(429, {
          'content-type': 'application/json',
          'retry-after': String(fault.retryAfterSeconds),
          'x-ratelimit-limit': '1',
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset-after': String(fault.retryAfterSeconds),
          'x-ratelimit-bucket': 'limited',
          'x-ratelimit-scope': global ? 'global' : 'user',
          ...(global ? { 'x-ratelimit-global': 'true' } : {}),
        })
        .end(
          JSON.stringify({
            message: 'You are being rate limited.',
            retry_after: fault.retryAfterSeconds,
            global,
          }),
        );
      return true;
    }
  }
}

function send(
  response: ServerResponse,
  entry: FakeRequest,
  answer: RestAnswer,
  malformed: boolean,
  clock: Clock,
): void {
  entry.status = answer.status;
  const json = answer.body === undefined ? undefined : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    'x-ratelimit-limit': '50',
    'x-ratelimit-remaining': '49',
    'x-ratelimit-reset': String(clock() / 1000 + 1),
    'x-ratelimit-reset-after': '1',
    'x-ratelimit-bucket': Buffer.from(entry.route ?? 'none')
      .toString('hex')
      .slice(0, 32),
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
  });
  response.end(malformed ? json?.slice(0, Math.floor(json.length / 2)) : json);
}
