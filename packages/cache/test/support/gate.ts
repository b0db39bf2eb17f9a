/** A promise that the test opens by hand. */
export class Gate {
  readonly passed: Promise<void>;
  #open: () => void = () => {};

  constructor() {
    this.passed = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open();
  }
}

/** A loader that stops at a gate after it has read the current value. */
export function gatedLoader<T>(read: () => T): {
  load: () => Promise<T>;
  began: Promise<void>;
  finish: () => void;
  calls: () => number;
} {
  const began = new Gate();
  const end = new Gate();
  let calls = 0;
  return {
    load: async () => {
      calls += 1;
      const value = read();
      began.open();
      await end.passed;
      return value;
    },
    began: began.passed,
    finish: () => end.open(),
    calls: () => calls,
  };
}
