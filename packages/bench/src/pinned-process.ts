import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const pinning = process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0;

/** Starts a Node program on one processor core where the system can pin (Linux with taskset). */
export function spawnPinned(core: number, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const command = pinning ? 'taskset' : process.execPath;
  const rest = pinning ? ['-c', String(core), process.execPath, ...args] : [...args];
  return spawn(command, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Keeps this process, which makes the load, off the measured core. */
export function pinSelf(core: number): void {
  if (pinning) spawnSync('taskset', ['-a', '-cp', String(core), String(process.pid)]);
}

/** Resolves with the first match of a line that the child prints; rejects with its output when it ends first. */
export async function printed(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const match = pattern.exec(output);
      if (match) resolve(match);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(`The process ended before it was ready:\n${output}`)));
  });
}

/** Stops a child and waits until it is gone. */
export async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
