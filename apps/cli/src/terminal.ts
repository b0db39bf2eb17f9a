import type { TaskProgress } from '@slimy/core';

const BAR_CHARACTERS = 24;
/** Milliseconds between two drawings. */
const REDRAW_MS = 100;

/** Where a command says what it found: JSON for machines or text for people, and progress beside it. */
export interface Terminal {
  /** The answer: as one JSON document, or as the lines of text. */
  answer(value: object, lines: readonly string[]): void;
  progress(progress: TaskProgress): void;
  /** What went wrong, with the way out. */
  failure(message: string, remedy: string | null): void;
}

function bar({ step, done, total }: TaskProgress): string {
  if (total === null || total === 0) return `${step}: ${done}`;
  const share = Math.min(1, done / total);
  const filled = Math.round(share * BAR_CHARACTERS);
  return `[${'█'.repeat(filled)}${'·'.repeat(BAR_CHARACTERS - filled)}] ${Math.floor(share * 100)}% ${step} ${done}/${total}`;
}

/** Answers go to standard output, everything else to standard error, so that a pipe receives the answer alone. */
export function createTerminal({ json }: { readonly json: boolean }): Terminal {
  const draws = process.stderr.isTTY && !json;
  let drawnAt = 0;
  const clear = (): void => {
    if (draws && drawnAt > 0) process.stderr.write('\r\u001B[K');
    drawnAt = 0;
  };
  return {
    answer(value, lines) {
      clear();
      console.log(json ? JSON.stringify(value, null, 2) : lines.join('\n'));
    },
    progress(progress) {
      const now = performance.now();
      if (!draws || now - drawnAt < REDRAW_MS) return;
      drawnAt = now;
      process.stderr.write(`\r\u001B[K${bar(progress)}`);
    },
    failure(message, remedy) {
      clear();
      if (json) console.log(JSON.stringify({ failed: true, message, remedy }, null, 2));
      console.error(remedy === null ? message : `${message}\n${remedy}`);
    },
  };
}
