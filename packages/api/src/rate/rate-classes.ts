/** How many calls of a class one person (or address) may make in a window. */
export interface RateRule {
  readonly calls: number;
  readonly windowSeconds: number;
  /**
   * With the shared store away, others count in the process by the same numbers; a guarded class has these
   * instead, smaller because every process counts for itself.
   */
  readonly guarded?: { readonly callsAlone: number };
}

/** The rate classes; every procedure and every route names one. */
export const rateClasses = {
  read: { calls: 600, windowSeconds: 60 },
  write: { calls: 60, windowSeconds: 60 },
  chat: { calls: 10, windowSeconds: 60 },
  upload: { calls: 10, windowSeconds: 60 },
  login: { calls: 5, windowSeconds: 900, guarded: { callsAlone: 3 } },
  export: { calls: 5, windowSeconds: 3600, guarded: { callsAlone: 1 } },
  ingest: { calls: 600, windowSeconds: 60 },
  operator: { calls: 120, windowSeconds: 60 },
} as const satisfies Record<string, RateRule>;

export type RateClass = keyof typeof rateClasses;
