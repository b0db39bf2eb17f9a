/** How whoever carries a policy out is stopped, and tells how far it has come. */
export interface RetentionRun {
  /** Ends the work after the batch that is under way. */
  readonly signal?: AbortSignal | undefined;
  /** Told after each batch, with the rows that went in it. */
  readonly took?: ((rows: number) => void) | undefined;
}
