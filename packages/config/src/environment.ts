import { readFileSync } from 'node:fs';

/** Settings as the process was started with: name to text. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that could not be read, with what to do about it. */
export interface SettingProblem {
  readonly name: string;
  readonly message: string;
}

/** The value of each name, from the variable or from the file that `NAME_FILE` points to. */
export function readNames(
  environment: Environment,
  names: readonly string[],
): { values: Record<string, string>; problems: SettingProblem[] } {
  const values: Record<string, string> = {};
  const problems: SettingProblem[] = [];
  for (const name of names) {
    const direct = environment[name];
    const file = environment[`${name}_FILE`];
    if (direct !== undefined && direct !== '' && file) {
      problems.push({ name, message: `set either ${name} or ${name}_FILE, not both` });
    } else if (file) {
      try {
        values[name] = readFileSync(file, 'utf8').trim();
      } catch (error) {
        const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
        problems.push({ name, message: `${name}_FILE names ${file}, which cannot be read (${reason})` });
      }
    } else if (direct !== undefined && direct !== '') {
      values[name] = direct.trim();
    }
  }
  return { values, problems };
}
