import type { SqlValue } from './values.js';

interface Condition {
  readonly text: string;
  readonly parameters: readonly SqlValue[];
}

/** Conditions joined by AND, with their parameters in order. Texts come from the program, never from a caller. */
export class Conditions {
  readonly #texts: string[] = [];
  readonly #parameters: SqlValue[] = [];

  get text(): string {
    return this.#texts.join(' AND ');
  }

  get parameters(): readonly SqlValue[] {
    return this.#parameters;
  }

  add(text: string, ...parameters: readonly SqlValue[]): this {
    this.#texts.push(text);
    this.#parameters.push(...parameters);
    return this;
  }

  /** A condition made elsewhere, such as a keyset; nothing for null. */
  also(condition: Condition | null): this {
    return condition ? this.add(condition.text, ...condition.parameters) : this;
  }

  /** Nothing for undefined: the filter was not asked for. */
  equal(column: string, value: SqlValue | undefined): this {
    return value === undefined ? this : this.add(`${column} = ?`, value);
  }

  /** From an instant on, and before another; either may be missing. */
  during(
    column: string,
    { from, to }: { readonly from?: Date | undefined; readonly to?: Date | undefined },
  ): this {
    if (from !== undefined) this.add(`${column} >= ?`, from);
    if (to !== undefined) this.add(`${column} < ?`, to);
    return this;
  }
}
