/** What one look of the doctor found. */
export interface CheckResult {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly message: string;
  /** What to do; null where there is nothing to do. */
  readonly remedy: string | null;
}

export const ok = (name: string, message: string): CheckResult => ({
  name,
  state: 'ok',
  message,
  remedy: null,
});

export const warning = (name: string, message: string, remedy: string): CheckResult => ({
  name,
  state: 'warning',
  message,
  remedy,
});

export const failed = (name: string, message: string, remedy: string): CheckResult => ({
  name,
  state: 'failed',
  message,
  remedy,
});

/** A check whose own failure is what it found. */
export async function attempt(
  name: string,
  remedy: string,
  look: () => Promise<CheckResult | readonly CheckResult[]>,
): Promise<readonly CheckResult[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    return [failed(name, error instanceof Error ? error.message : String(error), remedy)];
  }
}
