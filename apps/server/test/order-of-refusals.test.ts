import { describeOnEachPair } from '@slimy/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openServer, otherGuild, ownGuild, PUBLIC_URL, type TestServer } from './support/open-server.ts';

const json = { 'content-type': 'application/json' };
const elsewhere = '123456789012345678';
const valid = (guildId: string) =>
  JSON.stringify({ json: { guildId, version: 0, settings: { notes: 'x' } } });
const invalid = (guildId: string) => JSON.stringify({ json: { guildId, version: 'x' } });

describeOnEachPair('A call with several things wrong', (fixture) => {
  let server: TestServer;
  let cookie: string;
  beforeAll(async () => {
    server = await openServer(fixture);
    cookie = await server.signIn();
  });
  afterAll(async () => {
    await server.close();
  });

  async function reasonOf(payload: string, headers: Record<string, string>): Promise<string> {
    const answer = await server.send({
      method: 'POST',
      url: '/trpc/guild.settings.update',
      headers,
      payload,
    });
    return answer.json().error.json.data.reason;
  }

  it('is told of the first: origin, type, sign-in, input, what is hidden, what is forbidden', async () => {
    const own = { cookie, origin: PUBLIC_URL };
    expect(await reasonOf('{', { cookie, origin: 'http://evil.example', 'content-type': 'text/plain' })).toBe(
      'foreign_origin',
    );
    expect(await reasonOf('{', { ...own, 'content-type': 'text/plain' })).toBe('wrong_content_type');
    expect(await reasonOf(invalid(elsewhere), { ...json, origin: PUBLIC_URL })).toBe('not_signed_in');
    for (const broken of ['{', '[', '{"json":{"__proto__":1}}', '['.repeat(300)]) {
      expect(await reasonOf(broken, { ...json, origin: PUBLIC_URL }), broken).toBe('not_signed_in');
      expect(await reasonOf(broken, { ...json, ...own }), broken).toBe('malformed_body');
    }
    expect(await reasonOf(invalid(elsewhere), { ...json, ...own })).toBe('invalid_input');
    expect(await reasonOf(valid(elsewhere), { ...json, ...own })).toBe('not_found');
    expect(await reasonOf(valid(otherGuild), { ...json, ...own })).toBe('action_not_allowed');
  });

  it('is told of its rate before anything that is wrong with who calls or what is sent', async () => {
    const statuses = new Map<string, number>();
    for (let call = 0; call < 70; call += 1) {
      const reason = await reasonOf(invalid(elsewhere), { ...json, origin: PUBLIC_URL });
      statuses.set(reason, (statuses.get(reason) ?? 0) + 1);
    }
    // Two tests above and here count by the same address.
    expect(statuses.get('rate_limited')).toBeGreaterThanOrEqual(70 - 60);
    expect(statuses.get('not_signed_in')).toBeLessThanOrEqual(60);
    // A body that cannot be read counts as well, and is told of the rate first.
    expect(await reasonOf('{', { ...json, origin: PUBLIC_URL })).toBe('rate_limited');
    // The person counts apart from the address.
    expect(
      await reasonOf(valid(ownGuild), { ...json, cookie, origin: PUBLIC_URL }).catch(() => 'allowed'),
    ).toBe('allowed');
  });

  it('is counted call by call in a batch', async () => {
    const names = Array.from({ length: 20 }, () => 'auth.session').join(',');
    const reasons: string[] = [];
    for (let batch = 0; batch < 31; batch += 1) {
      const answers: { error?: { json: { data: { reason: string } } } }[] = (
        await server.send({ url: `/trpc/${names}?batch=1`, remoteAddress: '10.1.1.1' })
      ).json();
      reasons.push(...answers.map(({ error }) => error?.json.data.reason ?? 'allowed'));
    }
    expect(reasons.filter((reason) => reason === 'allowed')).toHaveLength(600);
    expect(reasons.filter((reason) => reason === 'rate_limited')).toHaveLength(20);
  });
});
