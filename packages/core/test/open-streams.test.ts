import { describe, expect, it } from 'vitest';
import type { Actor } from '../src/index.ts';
import { OpenStreams } from '../src/outbox/open-streams.ts';

const bot: Actor = { kind: 'bot', actingAs: null };

/** A stream that tells one thing; its next look fails, as when the database is closed under it. */
async function* cutOff(beforeIt: () => void) {
  yield 'told';
  beforeIt();
  throw new Error('The database is closed.');
}

async function all<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const told: Event[] = [];
  for await (const event of events) told.push(event);
  return told;
}

describe('A stream whose last look fails', () => {
  it('ends like any other when the program stops, and fails when it does not', async () => {
    const rooms = { stopped: false };
    const open = new OpenStreams(rooms);
    await expect(
      all(
        open.held(
          bot,
          cutOff(() => undefined),
        ),
      ),
    ).rejects.toThrow('The database is closed.');
    const stop = () => void (rooms.stopped = true);
    expect(await all(open.held(bot, cutOff(stop)))).toEqual(['told']);
  });

  it('gives its place back', async () => {
    const open = new OpenStreams({ stopped: true });
    for (let time = 0; time < 100; time += 1) {
      expect(
        await all(
          open.held(
            bot,
            cutOff(() => undefined),
          ),
        ),
      ).toEqual(['told']);
    }
  });
});
