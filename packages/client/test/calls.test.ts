import { contractHash, headerNames } from '@slimy/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient, isSlimyError, type ClientOptions, type ContractMismatch } from '../src/index.ts';
import { refusal, result, startStandIn, type Reply, type SeenRequest } from './stand-in-server.ts';

const guildId = '123456789012345678';
const person = '223456789012345678';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function standIn(
  reply: (request: SeenRequest, nth: number) => Reply,
  options: Partial<ClientOptions> = {},
) {
  const server = await startStandIn(reply);
  closers.push(server.close);
  const client = createClient({ url: server.url, retry: { baseDelayMs: 5 }, ...options });
  return { server, client };
}

const json = (value: unknown, more: Partial<Reply> = {}): Reply => ({ body: JSON.stringify(value), ...more });
const batchOf = (request: SeenRequest) =>
  decodeURIComponent(request.url.slice('/trpc/'.length).split('?')[0] ?? '').split(',');
const settings = { theme: 'dark', language: 'en', chatMarkdown: true, chatProfanityFilter: false };

async function failure(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!isSlimyError(error)) throw new Error(`not a SlimyError: ${String(error)}`);
  return error;
}

describe('requests', () => {
  it('sends a lone query as a plain GET', async () => {
    const { server, client } = await standIn(() => json(result(null)));
    await client.auth.session.query();
    await client.guild.can.query({ guildId, action: 'view_members' });
    expect(server.seen.map(({ method, url }) => `${method} ${decodeURIComponent(url)}`)).toEqual([
      'GET /trpc/auth.session',
      `GET /trpc/guild.can?input={"json":{"guildId":"${guildId}","action":"view_members"}}`,
    ]);
  });

  it('sends the queries of one moment together, at most 20 in a request', async () => {
    const { server, client } = await standIn((request) => json(batchOf(request).map(() => result(settings))));
    const answers = await Promise.all(Array.from({ length: 45 }, () => client.user.settings.get.query()));
    expect(answers).toHaveLength(45);
    expect(server.seen.map((request) => batchOf(request).length)).toEqual([20, 20, 5]);
  });

  it('keeps every address within its length', async () => {
    const { server, client } = await standIn(
      (request) =>
        request.url.includes('batch=1') ? json(batchOf(request).map(() => result([]))) : json(result([])),
      { maxUrlLength: 600 },
    );
    const inputs = Array.from({ length: 6 }, (_, index) => ({
      guildId,
      search: `${'ü'.repeat(40)}${index}`,
    }));
    await Promise.all(inputs.map((input) => client.guild.members.list.query(input)));
    expect(server.seen.every(({ url }) => url.length <= 600 + server.url.length)).toBe(true);
    expect(server.seen.length).toBeGreaterThan(1);
  });

  it('sends a lone query that is too long for an address as POST', async () => {
    const { server, client } = await standIn(() => json(result({ prompt: '', temperature: 1, topP: 1 })));
    await client.guild.personality.preview.query({
      guildId,
      personality: { systemPrompt: 'é'.repeat(3_000) },
    });
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/trpc/guild.personality.preview' });
    expect(server.seen[0]?.headers['content-type']).toBe('application/json');
  });

  it('sends mutations one by one, with powers and dates intact', async () => {
    const { server, client } = await standIn(() => json(result({ version: 2 })));
    await Promise.all([
      client.guild.settings.update.mutate({ guildId, version: 1, settings: { warnTotalLow: 2n ** 62n } }),
      client.auth.revokeOtherSessions.mutate(),
    ]);
    expect(server.seen.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([
      'POST /trpc/auth.revokeOtherSessions',
      'POST /trpc/guild.settings.update',
    ]);
    const update = server.seen.find(({ url }) => url.endsWith('update'));
    expect(JSON.parse(update?.body ?? '')).toEqual({
      json: { guildId, version: 1, settings: { warnTotalLow: '4611686018427387904' } },
      meta: { values: { 'settings.warnTotalLow': ['bigint'] }, v: 1 },
    });
  });

  it('carries the contract hash, the token and the own headers', async () => {
    const { server, client } = await standIn(() => json(result(null)), {
      token: () => Promise.resolve('secret'),
      headers: { 'x-from': 'a test' },
    });
    await client.auth.session.query();
    expect(server.seen[0]?.headers).toMatchObject({
      [headerNames.contractHash]: contractHash(),
      authorization: 'Bearer secret',
      'x-from': 'a test',
    });
  });

  it('adds /trpc to the address once, also below a path', async () => {
    const { server } = await standIn(() => json(result(null)));
    for (const path of ['', '/', '/trpc', '/trpc/', '/below']) {
      await createClient({ url: `${server.url}${path}` }).auth.session.query();
    }
    expect(server.seen.map(({ url }) => url)).toEqual([
      ...Array.from({ length: 4 }, () => '/trpc/auth.session'),
      '/below/trpc/auth.session',
    ]);
  });
});

describe('acting person', () => {
  it('never mixes people in one request', async () => {
    const other = '323456789012345678';
    const { server, client } = await standIn((request) =>
      request.url.includes('batch=1')
        ? json(batchOf(request).map(() => result(settings)))
        : json(result(settings)),
    );
    await Promise.all([
      client.as(person).user.settings.get.query(),
      client.as(other).user.settings.get.query(),
      client.as(person).user.settings.get.query(),
      client.user.settings.get.query(undefined, { context: { actingAs: other } }),
      client.user.settings.get.query(),
    ]);
    const people = server.seen.map(
      (request) => `${String(request.headers[headerNames.actingAs])} ${batchOf(request).length}`,
    );
    expect(people.sort()).toEqual([`${person} 2`, `${other} 2`, 'undefined 1'].sort());
  });

  it('refuses a text that is no Discord id before anything is sent', async () => {
    const { server, client } = await standIn(() => json(result(null)));
    expect(() => client.as('me')).toThrow(/Discord id/);
    const error = await failure(client.auth.session.query(undefined, { context: { actingAs: 'me' } }));
    expect(error).toMatchObject({ reason: 'invalid_input', fields: [{ path: ['actingAs'] }] });
    expect(server.seen).toEqual([]);
  });
});

describe('errors', () => {
  it('carry reason, fields, remedy, version and request id', async () => {
    const fields = [{ path: ['settings', 'notes'], message: 'too long' }];
    const { client } = await standIn(() =>
      json(
        refusal('CONFLICT', 'changed_meanwhile', 'Somebody saved first.', {
          fields,
          remedy: 'Reload.',
          currentVersion: 7,
        }),
        { status: 409 },
      ),
    );
    const error = await failure(client.guild.settings.update.mutate({ guildId, version: 1, settings: {} }));
    expect(error).toMatchObject({
      reason: 'changed_meanwhile',
      code: 'CONFLICT',
      fields,
      remedy: 'Reload.',
      currentVersion: 7,
      requestId: 'r1',
    });
    expect(error.message).toBe('Somebody saved first.');
  });

  it('of one call leave the others of its request alone', async () => {
    const { client } = await standIn(() =>
      json([result(settings), refusal('NOT_FOUND', 'not_found', 'No such guild.')]),
    );
    const [first, second] = await Promise.allSettled([
      client.user.settings.get.query(),
      client.guild.byId.query({ guildId }),
    ]);
    expect(first).toMatchObject({ status: 'fulfilled', value: settings });
    expect(second).toMatchObject({ status: 'rejected', reason: { reason: 'not_found' } });
  });

  it('of a whole batch reach each of its calls', async () => {
    const { client } = await standIn(() => json(refusal('BAD_REQUEST', 'batch_too_large', 'Too many.')));
    const errors = await Promise.all([
      failure(client.user.settings.get.query()),
      failure(client.user.settings.get.query()),
    ]);
    expect(errors.map(({ reason }) => reason)).toEqual(['batch_too_large', 'batch_too_large']);
  });

  it('with a reason of a newer server keep their code', async () => {
    const { client } = await standIn(() => json(refusal('FORBIDDEN', 'reason_of_tomorrow', 'Not today.')));
    const error = await failure(client.guild.byId.query({ guildId }));
    expect(error).toMatchObject({ code: 'FORBIDDEN', reason: 'action_not_allowed', message: 'Not today.' });
  });

  it.each([
    ['a page of a proxy', { status: 502, body: '<html>bad gateway</html>' }, 'unreachable'],
    ['a page of another program', { status: 404, body: '<html>what?</html>' }, 'unreadable_answer'],
    ['JSON of another program', { body: '{"hello":1}' }, 'unreadable_answer'],
    ['half an answer', { body: '{"result":{"data":' }, 'unreadable_answer'],
    [
      'values that do not fit their description',
      { body: '{"result":{"data":{"json":"x","meta":{"values":["bigint"]}}}}' },
      'unreadable_answer',
    ],
  ])('tell %s apart', async (_, reply, reason) => {
    const { client } = await standIn(() => reply, { retry: { attempts: 1 } });
    expect(await failure(client.auth.session.query())).toMatchObject({ reason });
  });

  it('say that nobody listens', async () => {
    const { server, client } = await standIn(() => ({}), { retry: { attempts: 2, baseDelayMs: 5 } });
    await server.close();
    closers.length = 0;
    expect(await failure(client.auth.session.query())).toMatchObject({ reason: 'unreachable', code: null });
  });
});

describe('retries', () => {
  it('try a query again for a passing reason', async () => {
    const { server, client } = await standIn((_, nth) =>
      nth < 3
        ? json(refusal('SERVICE_UNAVAILABLE', 'database_unavailable', 'Wait.'), { status: 503 })
        : json(result(settings)),
    );
    expect(await client.user.settings.get.query()).toEqual(settings);
    expect(server.seen).toHaveLength(3);
  });

  it('end after the tries allowed', async () => {
    const { server, client } = await standIn(() => ({ status: 502, body: 'x' }));
    expect(await failure(client.user.settings.get.query())).toMatchObject({ reason: 'unreachable' });
    expect(server.seen).toHaveLength(3);
  });

  it('are never made for mutations, nor for reasons that stay', async () => {
    const { server, client } = await standIn((request) =>
      request.method === 'POST'
        ? json(refusal('SERVICE_UNAVAILABLE', 'database_unavailable', 'Wait.'))
        : json(refusal('NOT_FOUND', 'not_found', 'No.')),
    );
    await failure(client.user.update.mutate({ lastActiveGuildId: null }));
    await failure(client.guild.byId.query({ guildId }));
    expect(server.seen).toHaveLength(2);
  });

  it('wait as long as the server asks, and do not begin to wait longer than the deadline', async () => {
    const limited = (seconds: number) =>
      json(refusal('TOO_MANY_REQUESTS', 'rate_limited', 'Slow down.', { retryAfterSeconds: seconds }));
    const patient = await standIn((_, nth) => (nth === 1 ? limited(1) : json(result(settings))));
    const started = Date.now();
    await patient.client.user.settings.get.query();
    expect(Date.now() - started).toBeGreaterThanOrEqual(1_000);

    const hurried = await standIn(() => limited(60), { deadlineMs: 2_000 });
    const error = await failure(hurried.client.user.settings.get.query());
    expect(error).toMatchObject({ reason: 'rate_limited', retryAfterSeconds: 60 });
    expect(hurried.server.seen).toHaveLength(1);
  });
});

describe('deadline', () => {
  it('ends a call that gets no answer, by the client and by the call', async () => {
    const { client } = await standIn(() => ({ hang: true }), { deadlineMs: 60 });
    expect(await failure(client.auth.session.query())).toMatchObject({ reason: 'timed_out' });
    const { client: patient } = await standIn(() => ({ hang: true }));
    const error = await failure(patient.auth.session.query(undefined, { context: { deadlineMs: 30 } }));
    expect(error).toMatchObject({ reason: 'timed_out', code: 'TIMEOUT' });
  });

  it('leaves the caller their own signal', async () => {
    const { client } = await standIn(() => ({ hang: true }));
    const controller = new AbortController();
    const call = failure(client.auth.session.query(undefined, { signal: controller.signal }));
    controller.abort();
    expect(await call).toMatchObject({ reason: 'aborted' });
  });

  it('of one call does not end the others of its request', async () => {
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const server = await startStandIn((request) => json(batchOf(request).map(() => result(settings))));
    closers.push(server.close);
    const client = createClient({
      url: server.url,
      fetch: async (...request) => {
        const response = await fetch(...request);
        await held;
        return response;
      },
    });
    const impatient = failure(client.user.settings.get.query(undefined, { context: { deadlineMs: 20 } }));
    const patient = client.user.settings.get.query();
    expect(await impatient).toMatchObject({ reason: 'timed_out' });
    release?.();
    expect(await patient).toEqual(settings);
    expect(server.seen).toHaveLength(1);
  });
});

describe('a server without its database', () => {
  it('is told of once when its answers begin to say so, and once when they do no more', async () => {
    const told: (number | null)[] = [];
    const { client } = await standIn(
      (_, nth) => {
        if (nth === 2) return json(refusal('SERVICE_UNAVAILABLE', 'database_unavailable', 'Try again.'));
        const headers = nth > 3 ? {} : { [headerNames.databaseAway]: String(3 + nth) };
        return json(result(null), { headers });
      },
      { onDatabaseAway: (seconds) => told.push(seconds), retry: { attempts: 1 } },
    );
    expect(client.databaseAwaySeconds()).toBeNull();
    await client.auth.session.query();
    expect(client.databaseAwaySeconds()).toBe(told[0]);
    await failure(client.auth.session.query());
    await client.auth.session.query();
    await client.auth.session.query();
    await client.auth.session.query();
    expect(told).toEqual([expect.any(Number), null]);
    expect(client.as('223456789012345678').databaseAwaySeconds()).toBeNull();
  });
});

describe('another contract', () => {
  it('is told once, by the answer as by a refusal', async () => {
    const met: ContractMismatch[] = [];
    const { client } = await standIn(
      (_, nth) =>
        nth < 3
          ? json(result(null), { headers: { [headerNames.contractHash]: 'other' } })
          : json(refusal('PRECONDITION_FAILED', 'contract_mismatch', 'Reload the page.')),
      { onContractMismatch: (mismatch) => met.push(mismatch) },
    );
    await client.auth.session.query();
    await client.auth.session.query();
    await failure(client.auth.session.query());
    await failure(client.auth.session.query());
    expect(met).toEqual([
      { ours: contractHash(), theirs: 'other' },
      { ours: contractHash(), theirs: null },
    ]);
  });

  it('is not told of the same contract', async () => {
    const met: ContractMismatch[] = [];
    const { client } = await standIn(
      () => json(result(null), { headers: { [headerNames.contractHash]: contractHash() } }),
      { onContractMismatch: (mismatch) => met.push(mismatch) },
    );
    await client.auth.session.query();
    expect(met).toEqual([]);
  });
});
