// Whether docs/security.md tells the truth about its tests: each one that it names must be there under that name.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const REFERENCE = /`([\w./-]+\.test\.(?:ts|mjs))` › ((?:\*[^*]+\*(?:; )?)+)/g;

/** The tests that a text names, as `path` › *title*; *another title of that file*. */
export function namedTests(markdown) {
  return [...markdown.matchAll(REFERENCE)].flatMap(([, file, titles]) =>
    [...titles.matchAll(/\*([^*]+)\*/g)].map(([, title]) => ({ file, title })),
  );
}

/** Whether a test file gives a test or a suite that title, as it stands between quotes in the source. */
function holds(source, title) {
  return ["'", '"', '`'].some((quote) => source.includes(quote + title + quote));
}

/** What is wrong with the tests that a text names, a line each. `sourceOf` gives a file's text, or null. */
export function referenceProblems(markdown, sourceOf) {
  const named = namedTests(markdown);
  const rows = markdown
    .split('\n')
    .filter((line) => /^\| (?!threat|item|-)/.test(line) && !line.startsWith('|---'));
  const bare = rows.filter((line) => namedTests(line).length === 0);
  return [
    ...bare.map((line) => `docs/security.md names no test for: ${line.split('|')[1]?.trim()}`),
    ...named.flatMap(({ file, title }) => {
      const source = sourceOf(file);
      if (source === null) return [`docs/security.md names ${file}, which is not there`];
      return holds(source, title) ? [] : [`${file} has no test "${title}", which docs/security.md names`];
    }),
  ];
}

export function securityDocProblems(root) {
  return referenceProblems(readFileSync(join(root, 'docs', 'security.md'), 'utf8'), (file) => {
    const path = join(root, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  });
}
