import type { Answer } from '../answers/answer.js';

/** An answer as a terminal shows it: Discord's Markdown taken out, instants written out. */
export function printedAnswer(answer: Answer): string {
  const lines = [answer.title, ...answer.lines, answer.footer ?? ''].map(withoutMarkdown).filter(Boolean);
  const buttons = (answer.buttons ?? [])
    .filter(({ disabled }) => !disabled)
    .map(({ id, label }) => `[${label}]  --press "${id}"`);
  return [...lines, ...buttons].join('\n');
}

function withoutMarkdown(line: string): string {
  return line
    .replaceAll(/<t:(\d+):\w>/g, (_, seconds: string) => new Date(Number(seconds) * 1000).toISOString())
    .replaceAll(/<(@&|@|#)(\d+)>/g, '$1$2')
    .replaceAll(/(?<!\\)(?:\*\*|`)/g, '')
    .replaceAll(/\\([^\w\s])/g, '$1');
}
