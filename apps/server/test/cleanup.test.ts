import { describe, expect, it } from 'vitest';
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

describe('Stopping step by step', () => {
  it('goes backwards, and once', async () => {
    const { cleanup, said } = noted();
    for (const name of ['first', 'second', 'third']) cleanup.add(name, () => void said.push(name));
    await cleanup.run(1_000);
    await cleanup.run(1_000);
    expect(said).toEqual(['third', 'second', 'first']);
  });

  it('goes on after a step that fails, at once or later', async () => {
    const { cleanup, said } = noted();
    cleanup.add('last', () => void said.push('last'));
    cleanup.add('later', () => Promise.reject(new Error('no')));
    cleanup.add('at once', () => {
      throw new Error('never');
    });
    await cleanup.run(1_000);
    expect(said).toEqual(['at once failed: Error: never', 'later failed: Error: no', 'last']);
  });

  it('keeps one deadline for all steps, names those that hang, and still comes to the others', async () => {
    const { cleanup, said } = noted();
    cleanup.add('file', () => void said.push('file'));
    cleanup.add('database', hangs);
    cleanup.add('core', async () => void said.push('core'));
    cleanup.add('server', hangs);
    const began = performance.now();
    await cleanup.run(1_000);
    const took = performance.now() - began;
    expect(said).toEqual(['server left', 'core', 'database left', 'file']);
    expect(took).toBeGreaterThan(600);
    expect(took).toBeLessThan(1_500);
  });

  it('gives no step more than is left', async () => {
    const { cleanup, said } = noted();
    const given: number[] = [];
    cleanup.add('second', (withinMs) => void given.push(withinMs));
    cleanup.add('first', (withinMs) => {
      given.push(withinMs);
      return hangs();
    });
    await cleanup.run(500);
    expect(said).toEqual(['first left']);
    expect(given[0]).toBeGreaterThan(350);
    expect(given[0]).toBeLessThanOrEqual(400);
    expect(given[1]).toBeGreaterThanOrEqual(90);
    expect(given[1]).toBeLessThanOrEqual(100);
  });

  it('does not mind what becomes of a step that was left', async () => {
    const { cleanup, said } = noted();
    let fail = (_error: Error) => undefined as void;
    const late = new Promise<void>((_resolve, reject) => {
      fail = reject;
    });
    cleanup.add('step', () => late);
    await cleanup.run(100);
    fail(new Error('much too late'));
    await expect(late).rejects.toThrow('much too late');
    expect(said).toEqual(['step left']);
  });
});
