// What pnpm-lock.yaml says is installed. The file is written by pnpm alone, so its few forms are read as text.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The lines of one top-level part of the file. */
function part(text, name) {
  const from = text.indexOf(`\n${name}:\n`);
  if (from === -1) throw new Error(`pnpm-lock.yaml has no part "${name}".`);
  const lines = text.slice(from + name.length + 3).split('\n');
  const end = lines.findIndex((line) => /^\S/.test(line));
  return end === -1 ? lines : lines.slice(0, end);
}

/** Name and version out of a key such as `@scope/name@1.2.3`, with whatever peers stand behind it. */
function packageOf(key) {
  const found = /^'?((?:@[^/@']+\/)?[^/@']+)@([^('\s]+)/.exec(key);
  if (!found) throw new Error(`pnpm-lock.yaml: ${key} is no package of a registry.`);
  return { name: found[1], version: found[2] };
}

/**
 * Every package of the lockfile's text, by name and version, with the digest that it must have; `optionalOf` names a
 * package that asks for it on some platforms only.
 */
export function lockedPackages(text) {
  const packages = new Map();
  let current;
  for (const line of part(text, 'packages')) {
    const key = /^ {2}(\S.*):$/.exec(line)?.[1];
    if (key) {
      current = { ...packageOf(key), integrity: null, optionalOf: null };
      packages.set(`${current.name}@${current.version}`, current);
    }
    const integrity = /resolution: \{integrity: (sha512-[A-Za-z0-9+/=]+)/.exec(line)?.[1];
    if (current && integrity) current.integrity = integrity;
  }
  let parent;
  let optional = false;
  for (const line of part(text, 'snapshots')) {
    const key = /^ {2}(\S.*?):(?: \{\})?$/.exec(line)?.[1];
    if (key) parent = packageOf(key).name;
    const group = /^ {4}(\w+):/.exec(line)?.[1];
    if (group) optional = group === 'optionalDependencies';
    const needed = /^ {6}'?([^':]+)'?: (\S+)$/.exec(line);
    const wanted = needed && optional && packages.get(`${needed[1]}@${needed[2].replace(/\(.*/, '')}`);
    if (wanted) wanted.optionalOf ??= parent;
  }
  return [...packages.values()];
}

export function readLockfile(root) {
  return readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');
}
