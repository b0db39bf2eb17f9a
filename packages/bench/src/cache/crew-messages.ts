/** What a process of a crew is told. */
export type CrewOrder =
  /** Many callers of one key at once. */
  | {
      readonly order: 'burst';
      readonly key: string;
      readonly callers: number;
      readonly loadMs: number;
      readonly fails: boolean;
      readonly ttlMs: number;
    }
  /** A load that never ends. */
  | { readonly order: 'hold'; readonly key: string; readonly ttlMs: number }
  /** One read whose load takes a while after it has read the database. */
  | { readonly order: 'read'; readonly key: string; readonly loadMs: number }
  | { readonly order: 'invalidate'; readonly key: string };

export interface BurstReport {
  readonly loads: number;
  readonly errors: number;
  readonly milliseconds: number;
}

/** What a process of a crew says. */
export type CrewReport =
  | { readonly report: 'ready' }
  | { readonly report: 'holding' }
  | { readonly report: 'done'; readonly id: number; readonly value: unknown }
  /** Its loader reads the database, which the benchmark plays. */
  | { readonly report: 'database'; readonly id: number; readonly key: string };

export type CrewMessage =
  | { readonly id: number; readonly order: CrewOrder }
  | { readonly id: number; readonly version: number };
