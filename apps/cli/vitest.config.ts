import { packageTests } from '../../vitest.base.ts';

// Every test starts whole programs.
export default packageTests({ servers: ['mariadb', 'redis'], testTimeout: 300_000, hookTimeout: 120_000 });
