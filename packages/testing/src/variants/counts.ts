import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether this run takes the long counts (`npm run test:long`); provided by the root's vitest.base.ts. */
    longRun: boolean;
  }
}

/** How often to repeat something: `short` in `npm test`, `long` in `npm run test:long`. */
export function shortOrLong(short: number, long: number): number {
  return inject('longRun') ? long : short;
}
