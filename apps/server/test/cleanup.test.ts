import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Cleanup } from '../src/start/cleanup.ts';

/** A cleanup that notes what it reports. */
function noted() {
  const said: string[] = [];
  const cleanup = new Cleanup({
    failed: (name, error) => void said.push(`${name} failed: ${String(error)}`),
    left: (name) => void said.push(`${name} left`),
  });
  return { cleanup, said };
}

/** An undo that never ends. */
const hangs = () => new Promise<void>(() => undefined);

/** Runs it on a clock that goes on only while something is waited for; gives how long it took. */
async function run(cleanup: Cleanup, withinMs: number): Promise<number> {
  const timed = async () => {
    const began = performance.now();
    await cleanup.run(withinMs);
    return performance.now() - began;
  };
  const running = timed();
  await vi.runAllTimersAsync();
  return running;
}

describe('Stopping step by step', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('goes backwards, and once', async () => {
    const { cleanup, said } = noted();
    for (const name of ['first', 'second', 'third']) cleanup.add(name, () => void said.push(name));
    await run(cleanup, 1_000);
    await run(cleanup, 1_000);
    expect(said).toEqual(['third', 'second', 'first']);
  });

  it('goes on after a step that fails, at once or later', async () => {
    const { cleanup, said } = noted();
    cleanup.add('last', () => void said.push('last'));
    cleanup.add('later', () => Promise.reject(new Error('no')));
    cleanup.add('at once', () => {
      throw new Error('never');
    });
    await run(cleanup, 1_000);
    expect(said).toEqual(['at once failed: Error: never', 'later failed: Error: no', 'last']);
  });

  it('keeps one deadline for all steps, names those that hang, and still comes to the others', async () => {
    const { cleanup, said } = noted();
    cleanup.add('file', () => void said.push('file'));
    cleanup.add('database', hangs);
    cleanup.add('core', async () => void said.push('core'));
    cleanup.add('server', hangs);
    const took = await run(cleanup, 1_000);
    expect(said).toEqual(['server left', 'core', 'database left', 'file']);
    // The first that hangs leaves a moment for each of the other three, the second one for the last.
    expect(took).toBe(900);
  });

  it('gives no step more than is left', async () => {
    const { cleanup, said } = noted();
    const given: number[] = [];
    cleanup.add('second', (withinMs) => void given.push(withinMs));
    cleanup.add('first', (withinMs) => {
      given.push(withinMs);
      return hangs();
    });
    await run(cleanup, 500);
    expect(said).toEqual(['first left']);
    expect(given).toEqual([400, 100]);
  });

  it('does not mind what becomes of a step that was left', async () => {
    const { cleanup, said } = noted();
    let fail = (_error: Error) => undefined as void;
    const late = new Promise<void>((_resolve, reject) => {
      fail = reject;
    });
    cleanup.add('step', () => late);
    await run(cleanup, 100);
    fail(new Error('much too late'));
    await expect(late).rejects.toThrow('much too late');
    expect(said).toEqual(['step left']);
  });
});
