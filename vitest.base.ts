import { defineConfig, type ViteUserConfig } from 'vitest/config';

type TestOptions = NonNullable<ViteUserConfig['test']>;

/** The test settings every package shares; results also go to `.test-report`, which the summary reads. */
export function packageTests(extra: TestOptions = {}): ViteUserConfig {
  return defineConfig({
    test: {
      include: ['test/**/*.test.ts'],
      typecheck: { enabled: false },
      reporters: ['default', ['json', { outputFile: '.test-report/results.json' }]],
      testTimeout: 30_000,
      hookTimeout: 60_000,
      passWithNoTests: true,
      ...extra,
    },
  });
}
