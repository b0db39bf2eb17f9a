// For work on the program: compiles on every change, restarts the server, and serves the web app with hot
// reload (its own server hands API calls on). Ends all three when one ends or a signal comes.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { signalGroup } from './child-process.mjs';

const root = join(import.meta.dirname, '..');
const programs = [
  {
    folder: '.',
    words: ['node_modules/typescript/bin/tsc', '-b', '--watch', '--preserveWatchOutput'],
    // It does not end on the others while it watches.
    endsOn: 'SIGKILL',
  },
  { folder: '.', words: ['--watch', '--watch-preserve-output', 'apps/server/dist/main.js'] },
  { folder: 'apps/web', words: ['node_modules/vite/bin/vite.js', '--clearScreen', 'false'] },
];

const running = programs.map(({ folder, words, endsOn = 'SIGTERM' }) => ({
  endsOn,
  child: spawn(process.execPath, words, {
    cwd: join(root, folder),
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  }),
}));
const endAll = () => {
  for (const { child, endsOn } of running) signalGroup(child, endsOn);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, endAll);
for (const { child } of running) {
  child.on('error', (error) => console.error(error.message));
  child.on('exit', (code) => {
    process.exitCode ||= code ?? 0;
    endAll();
  });
}
