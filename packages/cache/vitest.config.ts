import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import { packageTests } from '../../vitest.base.ts';

const topologies = fileURLToPath(new URL('test/setup/redis-topologies.ts', import.meta.url));

export default mergeConfig(packageTests({ servers: ['redis'] }), {
  test: { globalSetup: [topologies] },
});
