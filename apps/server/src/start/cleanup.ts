/** Undoes a step; `withinMs` is how long it is waited for. */
type Undo = (withinMs: number) => Promise<void> | void;

/** Milliseconds that each step is sure to have, however long those before it hang. */
const SURE_MS = 100;

/** Who is told of what did not go well; the other steps are undone all the same. */
export interface CleanupReport {
  /** A step could not be undone. */
  failed(name: string, error: unknown): void;
  /** A step did not end in time, and is left to itself. */
  left(name: string): void;
}

/** Things to undo, in the order opposite to the one they were done in. */
export class Cleanup {
  readonly #steps: { readonly name: string; readonly undo: Undo }[] = [];
  readonly #report: CleanupReport;

  constructor(report: CleanupReport) {
    this.#report = report;
  }

  add(name: string, undo: Undo): void {
    this.#steps.push({ name, undo });
  }

  /**
   * Undoes everything within one deadline that all steps share: a step may take what is left of it, but for the
   * moment that each one after it is sure to have. A second call has nothing left to do.
   */
  async run(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    const steps = this.#steps.splice(0).toReversed();
    for (const [place, { name, undo }] of steps.entries()) {
      const after = steps.length - 1 - place;
      const left = Math.floor(deadline - performance.now() - after * SURE_MS);
      try {
        const ended = await endedWithin(undo, Math.max(left, SURE_MS));
        if (!ended) this.#report.left(name);
      } catch (error) {
        this.#report.failed(name, error);
      }
    }
  }
}

/** Whether a step ended in time. What it does after that, failing included, is nobody's concern any more. */
async function endedWithin(undo: Undo, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const ended = async () => {
    await undo(ms);
    return true;
  };
  try {
    return await Promise.race([ended(), late]);
  } finally {
    clearTimeout(timer);
  }
}
