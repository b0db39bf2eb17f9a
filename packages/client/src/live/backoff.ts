const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/** Milliseconds to wait after so many failures in a row, at least 1; spread, so that clients do not come back together. */
export function backoffMs(failures: number): number {
  return (
    Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10), LONGEST_RETRY_MS) * (0.5 + Math.random() / 2)
  );
}
