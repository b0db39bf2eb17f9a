// The one-way rule of docs/architecture.md: which workspace package may import which.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Packages each package may import; `types` may be imported with `import type` only. */
export const allowedImports = {
  contract: { values: [], types: [] },
  config: { values: ['contract'], types: [] },
  db: { values: ['contract', 'config'], types: [] },
  cache: { values: [], types: [] },
  core: { values: ['contract', 'config', 'db', 'cache'], types: [] },
  api: { values: ['contract', 'config', 'core'], types: [] },
  client: { values: ['contract'], types: ['api'] },
  testing: { values: [], types: [] },
  bench: {
    values: ['testing', 'cache', 'client', 'contract', 'config', 'db', 'core', 'api', 'server'],
    types: [],
  },
  server: { values: ['contract', 'config', 'db', 'cache', 'core', 'api'], types: [] },
  cli: { values: ['contract', 'config', 'db', 'cache', 'core', 'api'], types: [] },
  bot: { values: ['contract', 'config', 'client'], types: [] },
  web: { values: ['contract', 'client'], types: [] },
};

/** Libraries that one package alone may touch. */
const ownedLibraries = {
  ioredis: ['cache', 'testing', 'bench'],
  '@prisma/client': ['db'],
  mysql2: ['db', 'testing', 'bench'],
  'discord.js': ['bot', 'testing'],
};

const importStatement =
  /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'";]*?from\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

function* sourceFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!['node_modules', 'dist', 'generated'].includes(entry.name)) yield* sourceFiles(path);
    } else if (/\.(ts|tsx|mts)$/.test(entry.name)) yield path;
  }
}

/** What is wrong with one file's imports, as lines a person can act on. */
export function fileErrors(packageName, file, text) {
  const errors = [];
  const allowed = allowedImports[packageName];
  for (const match of text.matchAll(importStatement)) {
    const specifier = match[3] ?? match[4] ?? '';
    const typeOnly = Boolean(match[2]);
    const [scope, name = ''] = specifier.split('/');
    if (scope === '@slimy') {
      if (name === packageName) errors.push(`${file}: imports its own package by name; use a relative path`);
      else if (!allowed.values.includes(name) && !(typeOnly && allowed.types.includes(name))) {
        errors.push(
          `${file}: ${packageName} must not import @slimy/${name}${allowed.types.includes(name) ? ' except as types' : ''}`,
        );
      }
    }
    for (const [library, owners] of Object.entries(ownedLibraries)) {
      if ((specifier === library || specifier.startsWith(`${library}/`)) && !owners.includes(packageName)) {
        errors.push(`${file}: only ${owners[0]} may import ${library}`);
      }
    }
  }
  return errors;
}

/** Checks the sources (tests are free to reach for what they need) of every workspace package. */
export function importDirectionErrors(root) {
  const errors = [];
  for (const group of ['packages', 'apps']) {
    for (const name of readdirSync(join(root, group))) {
      if (!allowedImports[name]) {
        errors.push(
          `${group}/${name}: unknown package; add it to allowedImports in tools/import-direction.mjs`,
        );
        continue;
      }
      for (const file of sourceFiles(join(root, group, name, 'src'))) {
        errors.push(
          ...fileErrors(name, relative(root, file).split(sep).join('/'), readFileSync(file, 'utf8')),
        );
      }
    }
  }
  return errors;
}
