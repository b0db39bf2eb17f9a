/** One thing a person can fill in when typing a command. */
export interface OptionDefinition {
  readonly name: string;
  readonly description: string;
  readonly kind: 'text' | 'whole' | 'flag' | 'channel' | 'role';
  readonly required?: boolean;
  /** For texts: the only values there are. */
  readonly choices?: readonly string[];
  /** For texts: the longest, in characters. */
  readonly maxLength?: number;
  /** For whole numbers: the range. */
  readonly min?: number;
  readonly max?: number;
}

export type OptionValue = string | number | boolean;

/** What a person filled in, read by name and kind. */
export class FilledOptions {
  readonly #definitions: readonly OptionDefinition[];
  readonly #values: ReadonlyMap<string, OptionValue>;

  constructor(definitions: readonly OptionDefinition[], values: ReadonlyMap<string, OptionValue>) {
    this.#definitions = definitions;
    this.#values = values;
  }

  /** A text, or the id of a channel or role; undefined when it was left out. */
  text(name: string): string | undefined {
    const value = this.#value(name, ['text', 'channel', 'role']);
    return typeof value === 'string' ? value : undefined;
  }

  whole(name: string): number | undefined {
    const value = this.#value(name, ['whole']);
    return typeof value === 'number' ? value : undefined;
  }

  flag(name: string): boolean | undefined {
    const value = this.#value(name, ['flag']);
    return typeof value === 'boolean' ? value : undefined;
  }

  /** Throws for a name or kind that the command does not declare: a mistake in the program. */
  #value(name: string, kinds: readonly OptionDefinition['kind'][]): OptionValue | undefined {
    const definition = this.#definitions.find((known) => known.name === name);
    if (!definition || !kinds.includes(definition.kind)) {
      throw new Error(`the command declares no ${kinds.join(' or ')} option "${name}"`);
    }
    return this.#values.get(name);
  }
}
