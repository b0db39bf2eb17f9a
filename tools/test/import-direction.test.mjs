import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileErrors, importDirectionErrors } from '../import-direction.mjs';

const errorsOf = (packageName, text) => fileErrors(packageName, 'src/a.ts', text);

describe('fileErrors', () => {
  test.each([
    ['core', "import { open } from '@slimy/db';"],
    ['client', "import type { AppRouter } from '@slimy/api';"],
    ['client', "export type { AppRouter } from '@slimy/api';"],
    ['cache', "import { Redis } from 'ioredis';"],
    ['api', "import { z } from 'zod';\nimport { own } from './own.js';"],
    ['db', "const { PrismaClient } = await import('@prisma/client');"],
  ])('%s may write %s', (packageName, text) => {
    expect(errorsOf(packageName, text)).toEqual([]);
  });

  test.each([
    ['db', "import { guilds } from '@slimy/core';"],
    ['contract', "import { settings } from '@slimy/config';"],
    ['client', "import { appRouter } from '@slimy/api';"],
    ['web', "import { lazy } from '@slimy/core/queries';"],
    ['bot', "export * from '@slimy/db';"],
    ['api', "import '@slimy/server';"],
    ['api', "const server = await import('@slimy/server');"],
    ['core', "import {\n  first,\n  second,\n} from '@slimy/api';"],
    ['core', "import { Redis } from 'ioredis';"],
    ['api', "import { Prisma } from '@prisma/client/runtime';"],
    ['core', "import type { PrismaClient } from '@prisma/client';"],
    ['db', "import { open } from '@slimy/db';"],
  ])('%s may not write %s', (packageName, text) => {
    expect(errorsOf(packageName, text)).toHaveLength(1);
  });

  test('says what to do', () => {
    expect(errorsOf('client', "import { appRouter } from '@slimy/api';")).toEqual([
      'src/a.ts: client must not import @slimy/api except as types',
    ]);
  });
});

describe('importDirectionErrors', () => {
  let root;
  const write = (path, text) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'slimy-tree-'));
    mkdirSync(join(root, 'apps'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('finds a wrong import in any folder of src, not in tests and generated code', () => {
    const wrong = "import '@slimy/server';\n";
    write('packages/api/src/procedures/guild.ts', wrong);
    write('packages/api/src/generated/guild.ts', wrong);
    write('packages/api/test/guild.test.ts', wrong);
    expect(importDirectionErrors(root)).toEqual([
      'packages/api/src/procedures/guild.ts: api must not import @slimy/server',
    ]);
  });

  test('wants a rule for a new package', () => {
    write('packages/billing/src/index.ts', '');
    expect(importDirectionErrors(root)).toEqual([
      expect.stringContaining('packages/billing: unknown package'),
    ]);
  });
});
