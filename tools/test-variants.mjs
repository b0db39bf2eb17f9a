// A suite that runs in variants says so with a tag at the end of its name: `[sqlite]`, `[mariadb+redis]` and so
// on. No variant may silently lack a test: the names of all variants of a suite must be the same.
const completeSets = [
  ['sqlite', 'mariadb'],
  ['local', 'redis'],
  ['local', 'redis', 'sentinel', 'cluster'],
  ['sqlite+local', 'mariadb+redis'],
  ['sqlite+local', 'sqlite+redis', 'mariadb+local', 'mariadb+redis'],
];
const tags = new Set(completeSets.flat());
const tagAtEnd = /\s*\[([a-z+]+)\]$/;

/** The variant that a test belongs to and its suite's name without the tag; undefined without a variant. */
export function variantOf(titles) {
  for (const [index, title] of titles.entries()) {
    const tag = tagAtEnd.exec(title)?.[1];
    if (tag === undefined || !tags.has(tag)) continue;
    const suite = [...titles.slice(0, index), title.replace(tagAtEnd, '')].join(' > ');
    return { tag, suite, test: titles.slice(index + 1).join(' > ') };
  }
  return undefined;
}

const isComplete = (found) =>
  completeSets.some((set) => set.length === found.size && set.every((tag) => found.has(tag)));

function suiteErrors(where, namesByTag) {
  const found = [...namesByTag.keys()];
  if (!isComplete(namesByTag)) {
    return [
      `${where}: runs only as ${found.map((tag) => `[${tag}]`).join(' ')}; use describeOnEach… for all`,
    ];
  }
  const all = new Set([...namesByTag.values()].flatMap((names) => [...names]));
  return [...all].flatMap((name) => {
    const lacking = found.filter((tag) => !namesByTag.get(tag).has(name));
    return lacking.map((tag) => `${where} [${tag}]: lacks the test "${name}" that another variant has`);
  });
}

/** What is unequal between the variants of the suites in `reports`, as lines that name the place. */
export function variantErrors(reports) {
  const suites = new Map();
  for (const { name, tests } of reports) {
    for (const { file, titles } of tests) {
      const variant = variantOf(titles);
      if (!variant) continue;
      const where = `${name}/${file}: ${variant.suite}`;
      const namesByTag = suites.get(where) ?? new Map();
      suites.set(where, namesByTag);
      const names = namesByTag.get(variant.tag) ?? new Set();
      namesByTag.set(variant.tag, names.add(variant.test));
    }
  }
  return [...suites].flatMap(([where, namesByTag]) => suiteErrors(where, namesByTag));
}
