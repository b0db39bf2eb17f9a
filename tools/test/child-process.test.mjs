import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';

const module = pathToFileURL(join(import.meta.dirname, '..', 'child-process.mjs')).href;

/** A process that hands a Node program to runToEnd and exits with the code it gets. */
function wrapper(program, options = {}) {
  return wrapperOf(process.execPath, ['-e', program], options);
}

/** The same for any command. */
function wrapperOf(command, args, options = {}) {
  const script = `
    import { runToEnd } from ${JSON.stringify(module)};
    process.exit(await runToEnd(...${JSON.stringify([command, args, options])}));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (output.out += chunk));
  child.stderr.on('data', (chunk) => (output.err += chunk));
  const ended = once(child, 'close').then(([code]) => ({ code, ...output }));
  return { child, ended };
}

describe('runToEnd', () => {
  test.each([0, 3])('resolves the exit code %i', async (code) => {
    expect(await wrapper(`process.exit(${code})`).ended).toMatchObject({ code });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('hands %s on at once, waits for the end, and says so in its code', async (signal, code) => {
    const program = `
      process.on('${signal}', () => { console.log('clean end'); process.exit(0); });
      setInterval(() => {}, 1000);
      console.log('ready');`;
    const { child, ended } = wrapper(program);
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await ended).toEqual({ code, out: 'ready\nclean end\n', err: '' });
  });

  test('hands a signal on that comes while the program is being started', async () => {
    // A shell sends it sooner than runToEnd has done what it does beside the start.
    const script =
      'trap "echo clean end; exit 0" INT; kill -s INT $PPID; for wait in 1 2 3 4 5 6 7 8 9; do sleep 0.1; done';
    const { ended } = wrapperOf('/bin/sh', ['-c', script]);
    expect(await ended).toEqual({ code: 130, out: 'clean end\n', err: '' });
  });

  test('reaches what the program started, too', async () => {
    const inner = `setInterval(() => {}, 1000); console.log('ready')`;
    const program = `require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(inner)}], { stdio: 'inherit' })`;
    const { child, ended } = wrapper(program);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    // Resolved only when the pipe has closed: then the innermost, which holds it too, has ended.
    expect(await ended).toMatchObject({ code: 143 });
  });

  test('leaves nothing running when it is killed itself', async () => {
    const { child, ended } = wrapper(`setInterval(() => {}, 1000); console.log('ready')`);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    // Resolved only when the pipe has closed: then the program, which holds it too, has ended.
    expect(await ended).toMatchObject({ code: null, out: 'ready\n' });
  });

  test('names a program that is killed by a signal', async () => {
    expect(await wrapper(`process.kill(process.pid, 'SIGKILL')`).ended).toMatchObject({ code: 137 });
  });

  test('keeps a quiet program quiet unless it fails', async () => {
    const quiet = { quiet: true };
    expect(await wrapper(`console.log('done')`, quiet).ended).toEqual({ code: 0, out: '', err: '' });
    const failed = wrapper(`console.log('why'); process.exitCode = 2`, quiet);
    expect(await failed.ended).toEqual({ code: 2, out: '', err: 'why\n' });
  });
});
