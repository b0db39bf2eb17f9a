import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

type TestOptions = NonNullable<ViteUserConfig['test']>;

interface PackageTestOptions extends TestOptions {
  /** Private servers that every run of this package's suites starts, once: see `packages/testing/src/setup`. */
  servers?: readonly ('mariadb' | 'redis' | 'chromium')[];
}

/** Long counts (`npm run test:long`) take their time. */
const longRun = process.env['SLIMY_TEST_LONG'] === '1';

/** The test settings every package shares; results also go to `.test-report`, which the summary reads. */
export function packageTests({ servers = [], ...extra }: PackageTestOptions = {}): ViteUserConfig {
  return defineConfig({
    test: {
      include: ['test/**/*.test.ts'],
      typecheck: { enabled: false },
      reporters: ['default', ['json', { outputFile: '.test-report/results.json' }]],
      globalSetup: servers.map((name) =>
        fileURLToPath(new URL(`packages/testing/dist/setup/${name}.js`, import.meta.url)),
      ),
      // Ends what hangs; on a busy machine everything takes many times as long.
      testTimeout: longRun ? 600_000 : 120_000,
      hookTimeout: 120_000,
      // All suites share the machine: what it held up is tried once more, and the summary names it. Kill tests of a
      // long run are not: what fails at one point of many is no accident.
      retry: longRun ? 0 : 1,
      expect: { poll: { timeout: 20_000 } },
      // One module graph for all suites of a package: loading it anew for each file takes longer than most suites do.
      isolate: false,
      // What other packages built is loaded as Node loads it, not transformed first.
      server: { deps: { external: [/\/(packages|apps)\/[^/]+\/dist\//] } },
      passWithNoTests: true,
      ...extra,
    },
  });
}
