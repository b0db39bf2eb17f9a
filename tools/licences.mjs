// Which licences our dependencies come under: docs/licences.md is the list, the tree check holds it against the
// lockfile and what is installed. `node tools/licences.mjs` writes it anew.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockedPackages, readLockfile } from './lockfile.mjs';

/** Licences that ask for no more than to be named. Another one is a decision: add it here, or an exception below. */
const allowedLicences = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/** Packages under another licence, by the beginning of their names, each with why it may be here all the same. */
const exceptions = {
  '@img/sharp-': 'LGPL-3.0-or-later: libvips, a shared library that is loaded as its makers built it',
  lightningcss: 'MPL-2.0: a tool of the build, used as its makers published it',
  elkjs: 'EPL-2.0: comes with the command line of Prisma, which no program of ours loads',
};

/** Licences that packages state elsewhere than in their manifests, or that are not installed on every platform. */
const statedElsewhere = {
  'humanize-number': 'MIT',
  only: 'MIT',
  '@emnapi/': 'MIT',
  '@napi-rs/wasm-runtime': 'MIT',
  '@tybys/wasm-util': 'MIT',
  '@img/sharp-libvips-': 'LGPL-3.0-or-later',
  '@img/sharp-wasm32': 'Apache-2.0 AND LGPL-3.0-or-later AND MIT',
  '@img/sharp-win32-': 'Apache-2.0 AND LGPL-3.0-or-later',
};

function byBeginning(table, name) {
  return Object.entries(table).find(([beginning]) => name.startsWith(beginning))?.[1];
}

/** Whether an SPDX expression can be met by the allowed licences alone. */
function isAllowed(expression) {
  const text = expression.replaceAll(/[()]/g, ' ');
  return text
    .split(/\s+or\s+/i)
    .some((choice) => choice.split(/\s+and\s+/i).every((name) => allowedLicences.has(name.trim())));
}

function statedLicence({ license, licenses }) {
  if (typeof license === 'string') return license;
  if (typeof license?.type === 'string') return license.type;
  if (Array.isArray(licenses)) return licenses.map(({ type }) => type).join(' OR ');
  return undefined;
}

/** The licence that each installed package states, by `name@version`. */
function installedLicences(root) {
  const store = join(root, 'node_modules', '.pnpm');
  const licences = new Map();
  for (const folder of readdirSync(store)) {
    const modules = join(store, folder, 'node_modules');
    if (!existsSync(modules)) continue;
    const scoped = (name) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`) : [name];
    for (const name of readdirSync(modules).flatMap(scoped)) {
      const file = join(modules, name, 'package.json');
      if (!existsSync(file)) continue;
      const manifest = JSON.parse(readFileSync(file, 'utf8'));
      licences.set(`${manifest.name}@${manifest.version}`, statedLicence(manifest));
    }
  }
  return licences;
}

const HEADER = `# Licences of what is installed

Every package of \`pnpm-lock.yaml\` with the licence that it states. Written by \`node tools/licences.mjs\`; the tree
check fails when a package is missing here, states another licence than this list says, or comes under one that
\`tools/licences.mjs\` does not allow. A package for another platform than the one the list was written on is listed
with the package that asks for it, and taken to come under the same licence.

| package | version | licence |
|---|---|---|
`;
const ROW = /^\| ([^\s|]+) \| (\S+) \| (.+?) \|$/gm;

/** The rows of the list as it should be: what is installed by what it states, the rest by who asks for it. */
function rows(root) {
  const installed = installedLicences(root);
  const licenceOf = (name) => [...installed].find(([key]) => key.startsWith(`${name}@`))?.[1];
  return lockedPackages(readLockfile(root))
    .map(({ name, version, optionalOf }) => {
      const own = installed.get(`${name}@${version}`) ?? byBeginning(statedElsewhere, name);
      const asked = optionalOf && licenceOf(optionalOf);
      return { name, version, licence: own ?? (asked ? `${asked} (as ${optionalOf})` : 'not stated') };
    })
    .toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** What is wrong with the licence of one package; null when it may be here. */
export function licenceProblem(name, licence) {
  if (isAllowed(licence.replace(/ \(as .*\)$/, '')) || byBeginning(exceptions, name)) return null;
  return `${name} comes under "${licence}", which tools/licences.mjs does not allow`;
}

/**
 * What is wrong with the list, a line each. What is not installed on this platform keeps the licence that the list
 * gives it.
 */
export function licenceProblems(root) {
  const text = readFileSync(join(root, 'docs', 'licences.md'), 'utf8');
  const listed = new Map(
    [...text.matchAll(ROW)].map(([, name, version, licence]) => [`${name}@${version}`, licence]),
  );
  listed.delete('package@version');
  const problems = [];
  for (const { name, version, licence } of rows(root)) {
    const key = `${name}@${version}`;
    const said = listed.get(key);
    listed.delete(key);
    if (said === undefined) problems.push(`${key} is not in docs/licences.md: run node tools/licences.mjs`);
    else if (said !== licence && said.replace(/ \(as .*\)$/, '') !== licence.replace(/ \(as .*\)$/, ''))
      problems.push(
        `${key} states "${licence}", docs/licences.md says "${said}": run node tools/licences.mjs`,
      );
    else problems.push(...[licenceProblem(name, said)].filter((problem) => problem !== null));
  }
  for (const key of listed.keys())
    problems.push(`docs/licences.md lists ${key}, which is not in the lockfile: run node tools/licences.mjs`);
  return problems;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(import.meta.dirname, '..');
  const lines = rows(root).map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |\n`);
  writeFileSync(join(root, 'docs', 'licences.md'), HEADER + lines.join(''));
  console.log(`docs/licences.md: ${lines.length} packages`);
}
