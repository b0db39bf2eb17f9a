import type { z } from 'zod';

/** What the contract says of one procedure: how it is called, what it takes, what it gives. */
export interface ProcedureContract {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly input: z.ZodType;
  /** For a subscription, one event. */
  readonly output: z.ZodType;
}

/** Declares a query. */
export function query<I extends z.ZodType, O extends z.ZodType>(input: I, output: O) {
  return { kind: 'query', input, output } as const;
}

/** Declares a mutation. */
export function mutation<I extends z.ZodType, O extends z.ZodType>(input: I, output: O) {
  return { kind: 'mutation', input, output } as const;
}

/** Declares a subscription; `event` is what each event carries. */
export function subscription<I extends z.ZodType, O extends z.ZodType>(input: I, event: O) {
  return { kind: 'subscription', input, output: event } as const;
}
