import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Signals a program started as a group of its own, with all that it started: the commands of turbo and
 * TypeScript are shells around native programs, and hand no signal on to them.
 */
export function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // It has ended by itself in between.
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Ends the group of `child` should we be killed without a chance to: our end of the pipe closes then. */
function endGroupWithUs(child) {
  const script = `read -r never; kill -s TERM -- -${child.pid}`;
  const guardian = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.once('exit', () => guardian.kill('SIGKILL'));
}

/**
 * Runs one program to its end and hands signals on to it. With `quiet` its output is shown only when it fails.
 * @returns its exit code; 128 and the signal's number when a signal ended it or us.
 */
export function runToEnd(command, args, { cwd, quiet = false } = {}) {
  return new Promise((resolve) => {
    let child;
    let interrupted;
    const forward = (signal) => {
      interrupted = signal;
      signalGroup(child, signal);
    };
    // Before the program stands: one that comes while it is being started would end us alone.
    for (const name of forwarded) process.on(name, forward);
    const finish = (code) => {
      for (const name of forwarded) process.off(name, forward);
      resolve(code);
    };
    const stdio = quiet ? ['inherit', 'pipe', 'pipe'] : 'inherit';
    child = spawn(command, args, { cwd, stdio, detached: true });
    if (child.pid !== undefined) endGroupWithUs(child);
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => {
      console.error(`Could not start ${command}: ${error.message}`);
      finish(127);
    });
    child.on('close', (code, signal) => {
      const endedBy = signal ?? interrupted;
      const exitCode = endedBy ? 128 + constants.signals[endedBy] : code;
      if (exitCode !== 0) process.stderr.write(Buffer.concat(output));
      finish(exitCode);
    });
  });
}
