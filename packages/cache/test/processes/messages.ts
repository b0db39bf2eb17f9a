import type { PendingInvalidation } from '../../src/index.ts';

/** What a test tells a process of its own. */
export type Order =
  | { readonly order: 'hold-load'; readonly key: string }
  | { readonly order: 'hold-write'; readonly tag: string };

/** What the process tells the test. */
export type Report =
  | { readonly report: 'ready' }
  | { readonly report: 'load-began' }
  | { readonly report: 'in-change'; readonly pending: PendingInvalidation };
