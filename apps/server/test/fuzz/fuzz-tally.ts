import type { ProcedureName } from '@slimy/contract';
import { passedValidation, type Outcome } from './fuzz-verdicts.ts';

interface Counts {
  calls: number;
  passed: number;
  readonly outcomes: Map<string, number>;
}

/** Counts calls by procedure and outcome. */
export class FuzzTally {
  readonly #byProcedure = new Map<ProcedureName, Counts>();
  requests = 0;

  count(name: ProcedureName, outcome: Outcome): void {
    const counts = this.#byProcedure.get(name) ?? { calls: 0, passed: 0, outcomes: new Map() };
    this.#byProcedure.set(name, counts);
    counts.calls += 1;
    if (passedValidation(outcome)) counts.passed += 1;
    counts.outcomes.set(outcome.said, (counts.outcomes.get(outcome.said) ?? 0) + 1);
  }

  /** Procedures of whose calls less than the share got past their schemas. */
  below(share: number): string[] {
    return [...this.#byProcedure]
      .filter(([, { calls, passed }]) => passed < calls * share)
      .map(([name, { calls, passed }]) => `${name}: ${passed} of ${calls} passed validation`);
  }

  /** A line for each procedure, the most frequent outcome first. */
  lines(): string[] {
    return [...this.#byProcedure].map(([name, { calls, passed, outcomes }]) => {
      const said = [...outcomes]
        .toSorted(([, a], [, b]) => b - a)
        .map(([reason, times]) => `${reason} ${times}`);
      const share = Math.round((100 * passed) / calls);
      return `${name.padEnd(30)} ${String(calls).padStart(6)} calls, ${String(share).padStart(3)} % valid: ${said.join(', ')}`;
    });
  }
}
