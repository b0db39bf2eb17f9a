/** Things to undo, in the order opposite to the one they were done in. */
export class Cleanup {
  readonly #steps: { readonly name: string; readonly undo: () => Promise<void> | void }[] = [];
  readonly #failed: (name: string, error: unknown) => void;

  /** `failed` is told of a step that could not be undone; the others are undone all the same. */
  constructor(failed: (name: string, error: unknown) => void) {
    this.#failed = failed;
  }

  add(name: string, undo: () => Promise<void> | void): void {
    this.#steps.push({ name, undo });
  }

  /** Undoes everything; a second call has nothing left to do. */
  async run(): Promise<void> {
    for (const { name, undo } of this.#steps.splice(0).toReversed()) {
      try {
        await undo();
      } catch (error) {
        this.#failed(name, error);
      }
    }
  }
}
