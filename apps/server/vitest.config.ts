import { packageTests } from '../../vitest.base.ts';

// Many of these tests start whole programs, which takes its time on a busy machine.
export default packageTests({ servers: ['mariadb', 'redis'], testTimeout: 300_000, hookTimeout: 120_000 });
