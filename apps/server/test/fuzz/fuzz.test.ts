import { describeOnBothSetups, runSeed, shortOrLong } from '@slimy/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fuzzRequest, type FuzzRequest } from './fuzz-requests.ts';
import { FuzzSender, type FuzzAnswer } from './fuzz-send.ts';
import { FuzzTally } from './fuzz-tally.ts';
import { isServerFault, leakIn, outcomesOf } from './fuzz-verdicts.ts';
import { openFuzzWorld, type FuzzWorld } from './fuzz-world.ts';

/** Over both setups together 2,000, in the long run 200,000. */
const REQUESTS = shortOrLong(1_000, 100_000);
const AT_ONCE = 8;
/** Requests after which what they did to guilds and memberships is put right. */
const RESTORE_EVERY = 100;
const FINDINGS_MAX = 30;
const seed = runSeed(20_261_122);

/** Everything that no answer may hold, whoever asks. */
function secretsOf({ server, callers }: FuzzWorld): string[] {
  const { secrets, settings } = server;
  const given = callers.flatMap(({ headers }) => Object.values(headers)).filter((text) => text.length > 30);
  return [
    ...given.map((text) => text.replace(/^(?:slimy_session=|Bearer )/, '')),
    secrets.signingSecret,
    secrets.auditKey,
    ...secrets.botApiTokens,
    settings.DATA_DIR,
    settings.DISCORD_TOKEN ?? process.cwd(),
    process.cwd(),
  ];
}

describeOnBothSetups('Whatever is sent to any procedure by anybody', (fixture) => {
  const tally = new FuzzTally();
  const findings: string[] = [];
  let world: FuzzWorld;
  let sender: FuzzSender;
  beforeAll(async () => {
    world = await openFuzzWorld(fixture);
    sender = new FuzzSender(world.address);
  });
  afterAll(async () => {
    sender.close();
    await world.close();
  });

  function find(request: FuzzRequest, what: string, answer?: FuzzAnswer): void {
    const { number, kind, caller, method, path, body } = request;
    const sent = `${method} ${path.slice(0, 1_500)} ${body?.slice(0, 1_500) ?? ''}`;
    const id = String(answer?.headers['x-request-id']);
    const logged = world.server.log.filter((line) => line.includes(`"${id}"`)).join('');
    findings.push(
      `${what}: request ${number} of seed ${seed} (${kind}, as ${caller.name}): ${sent} → ${answer?.status} ${answer?.body.slice(0, 500)} ${logged}`,
    );
  }

  async function one(number: number, secrets: readonly string[]): Promise<void> {
    if (number % RESTORE_EVERY === 0) await world.restore();
    const request = await fuzzRequest(number, seed, world);
    tally.requests += 1;
    let answer: FuzzAnswer | undefined;
    try {
      answer = await sender.send(request);
      const outcomes = outcomesOf(answer, request.calls.length);
      const leak = leakIn(answer, secrets);
      if (leak !== null) find(request, `leaks ${leak}`, answer);
      if (answer.status >= 500 || outcomes.some(isServerFault)) find(request, 'fails', answer);
      for (const [index, outcome] of outcomes.entries()) {
        const name = request.calls[index];
        if (name !== undefined) tally.count(name, outcome);
        world.remember(outcome.data);
      }
    } catch (error) {
      find(request, `breaks (${error instanceof Error ? error.message : String(error)})`, answer);
    }
  }

  it(
    'is answered in time, without a fault of the server and without a leak',
    async () => {
      const secrets = secretsOf(world);
      let next = 0;
      const worker = async () => {
        while (next < REQUESTS && findings.length < FINDINGS_MAX) await one((next += 1), secrets);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      console.log([`${tally.requests} requests of seed ${seed}:`, ...tally.lines()].join('\n'));
      expect(findings.join('\n\n')).toBe('');
      expect(tally.requests).toBe(REQUESTS);
      expect(world.server.log.filter((line) => line.includes('"level":50'))).toEqual([]);
    },
    shortOrLong(120_000, 3_600_000),
  );

  it('is at least in a fifth of all calls of each procedure what its schema takes', () => {
    expect(tally.below(0.2)).toEqual([]);
  });

  it('takes nobody’s session away who did not ask for it', async () => {
    for (const caller of world.callers.filter(
      ({ name, headers }) => 'cookie' in headers && !/expired|revoked/.test(name),
    )) {
      const answer = await fetch(`${world.address}/trpc/user.me`, { headers: caller.headers });
      expect([caller.name, answer.status]).toEqual([caller.name, 200]);
    }
  });
});
