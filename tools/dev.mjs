// For work on the program: compiles on every change, restarts the server, and serves the web app with hot
// reload (its own server hands API calls on). Ends all three when one ends or a signal comes.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { signalGroup } from './child-process.mjs';

const root = join(import.meta.dirname, '..');
const programs = [
  { folder: '.', words: ['node_modules/typescript/bin/tsc', '-b', '--watch', '--preserveWatchOutput'] },
  { folder: '.', words: ['--watch', '--watch-preserve-output', 'apps/server/dist/main.js'] },
  { folder: 'apps/web', words: ['node_modules/vite/bin/vite.js', '--clearScreen', 'false'] },
];

const children = programs.map(({ folder, words }) =>
  spawn(process.execPath, words, {
    cwd: join(root, folder),
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  }),
);
const endAll = () => {
  for (const child of children) signalGroup(child, 'SIGTERM');
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, endAll);
for (const child of children) {
  child.on('error', (error) => console.error(error.message));
  child.on('exit', (code) => {
    process.exitCode ||= code ?? 0;
    endAll();
  });
}
