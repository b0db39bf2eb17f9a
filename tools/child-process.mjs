import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs one program to its end and hands signals on to it.
 * @returns its exit code; 128 and the signal's number when a signal ended it or us.
 */
export function runToEnd(command, args, { cwd, env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    let interrupted;
    const forward = (signal) => {
      interrupted = signal;
      child.kill(signal);
    };
    const finish = (code) => {
      for (const name of forwarded) process.off(name, forward);
      resolve(code);
    };
    for (const name of forwarded) process.on(name, forward);
    child.on('error', (error) => {
      console.error(`Could not start ${command}: ${error.message}`);
      finish(127);
    });
    child.on('exit', (code, signal) => {
      const endedBy = signal ?? interrupted;
      finish(endedBy ? 128 + constants.signals[endedBy] : code);
    });
  });
}
