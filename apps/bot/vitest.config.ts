import { packageTests } from '../../vitest.base.ts';

export default packageTests({ servers: ['mariadb', 'redis', 'chromium'] });
