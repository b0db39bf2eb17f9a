// Whether a package of the lockfile has a known hole. The advisories stand in tools/advisories.json, so that this
// runs without a network; `node tools/advisories.mjs --refresh` asks the registry and adds what it says of us.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockedPackages, readLockfile } from './lockfile.mjs';
import { pinnedPnpm } from './pinned-pnpm.mjs';

/** Numbers of a version and whether it is one before a release. */
function partsOf(version) {
  const found = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?(-.+)?/.exec(version);
  if (!found) throw new Error(`"${version}" is no version.`);
  const [, major, minor = '0', patch = '0', before] = found;
  return [Number(major), Number(minor), Number(patch), before === undefined ? 1 : 0];
}

/** Below, at or above zero as `a` comes before, with or after `b`. */
function compare(a, b) {
  const [left, right] = [partsOf(a), partsOf(b)];
  const differs = left.findIndex((part, index) => part !== right[index]);
  return differs === -1 ? 0 : left[differs] - right[differs];
}

const comparisons = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '=': (order) => order === 0,
};

/** Whether a version is in a range as advisories write it: `>=5.0.0 <5.3.2 || <4.29.1`. @throws Error for another form */
export function isWithin(version, range) {
  return range.split('||').some((choice) => {
    const bounds = choice
      .trim()
      .replaceAll(/([<>=]+)\s+/g, '$1')
      .split(/[\s,]+/);
    return bounds.every((bound) => {
      if (bound === '*') return true;
      const [, sign = '=', limit] = /^(<=|>=|<|>|=)?(\d\S*)$/.exec(bound) ?? [];
      if (limit === undefined) throw new Error(`"${range}" is no range of versions.`);
      return comparisons[sign](compare(version, limit));
    });
  });
}

function readAdvisories(root) {
  return JSON.parse(readFileSync(join(root, 'tools', 'advisories.json'), 'utf8'));
}

/** The packages that an advisory speaks of in the version that is locked, a line each. */
export function findings(packages, advisories) {
  return packages.flatMap(({ name, version }) =>
    advisories
      .filter((advisory) => advisory.package === name && isWithin(version, advisory.vulnerable))
      .map(
        ({ id, title, severity, patched }) =>
          `${name}@${version}: ${id} (${severity}) ${title}; fixed in ${patched}`,
      ),
  );
}

/** Whether everything comes from the registry with a digest, and nothing may run a script when it is installed. */
export function supplyProblems(root) {
  const workspace = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const decided = /\nallowBuilds:\n((?: {2}.+\n)*)/.exec(workspace)?.[1] ?? '';
  const scripts = decided.split('\n').filter((line) => line !== '' && !line.endsWith(': false'));
  const config = /dangerouslyAllowAllBuilds|onlyBuiltDependencies/.exec(workspace);
  return [
    ...scripts.map((line) => `pnpm-workspace.yaml lets a package run its install script:${line}`),
    ...(config ? [`pnpm-workspace.yaml names ${config[0]}: no package runs an install script here`] : []),
    ...(decided === '' ? ['pnpm-workspace.yaml does not decide install scripts (allowBuilds)'] : []),
    ...lockedPackages(readLockfile(root))
      .filter(({ integrity }) => integrity === null)
      .map(({ name, version }) => `pnpm-lock.yaml has no digest of ${name}@${version}`),
  ];
}

export function advisoryProblems(root) {
  return findings(lockedPackages(readLockfile(root)), readAdvisories(root).advisories);
}

/** What `pnpm audit --json` tells that is not known yet, in the form of the file. */
export function newAdvisories(told, known) {
  return Object.values(told.advisories ?? {})
    .map((advisory) => ({
      id: advisory.github_advisory_id,
      package: advisory.module_name,
      vulnerable: advisory.vulnerable_versions,
      patched: advisory.patched_versions,
      severity: advisory.severity,
      title: advisory.title,
    }))
    .filter(({ id, package: name }) => !known.some((one) => one.id === id && one.package === name));
}

/** Adds what the registry says of the lockfile now to the file, with the day. @throws Error when it says nothing */
async function refresh(root) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const pnpm = await pinnedPnpm(root, packageManager);
  const { stdout, stderr } = spawnSync(pnpm, ['audit', '--json'], { cwd: root, encoding: 'utf8' });
  if (!stdout.trimStart().startsWith('{')) throw new Error(`pnpm audit gave no answer: ${stderr || stdout}`);
  const file = readAdvisories(root);
  const added = newAdvisories(JSON.parse(stdout), file.advisories);
  const lastAudit = new Date().toISOString().slice(0, 10);
  const advisories = [...file.advisories, ...added];
  const text = JSON.stringify({ ...file, lastAudit, advisories }, null, 2);
  writeFileSync(join(root, 'tools', 'advisories.json'), `${text}\n`);
  console.log(`${added.length} new advisories; tools/advisories.json is of ${lastAudit}.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(import.meta.dirname, '..');
  if (process.argv.includes('--refresh')) await refresh(root);
  const problems = [...supplyProblems(root), ...advisoryProblems(root)];
  for (const line of problems) console.error(line);
  process.exit(problems.length > 0 ? 1 : 0);
}
