import { packageTests } from '../../vitest.base.ts';

export default packageTests({
  servers: ['mariadb', 'redis', 'chromium'],
  testTimeout: 90_000,
  hookTimeout: 150_000,
});
