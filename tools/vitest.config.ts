import { packageTests } from '../vitest.base.ts';

export default packageTests({ include: ['test/**/*.test.mjs'] });
