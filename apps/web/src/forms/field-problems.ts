import type { FieldProblem } from '@slimy/contract';
import type { z } from 'zod';

/** What is wrong, by the dotted path of the field; the empty path is the form as a whole. */
export type FieldProblems = Readonly<Record<string, string>>;

/** Lays problems out by field, the first of each; `under` is the path of the form within the input. */
export function problemsByField(
  problems: readonly Pick<FieldProblem, 'path' | 'message'>[],
  under: readonly string[] = [],
): FieldProblems {
  const byField: Record<string, string> = {};
  for (const { path, message } of problems) {
    const inForm = under.every((part, index) => path[index] === part) ? path.slice(under.length) : path;
    byField[inForm.join('.')] ??= sentence(message);
  }
  return byField;
}

/** The contract's messages go on from the field's name; on their own they begin with a capital. */
function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`;
}

/** The problems that the contract found, by field. */
export function problemsFound(error: z.ZodError): FieldProblems {
  return problemsByField(error.issues.map(({ path, message }) => ({ path: path.map(pathPart), message })));
}

/** Holds a value against a schema of the contract: its problems by field, none when it is right. */
export function problemsOf(schema: z.ZodType, value: unknown): FieldProblems {
  const parsed = schema.safeParse(value);
  return parsed.success ? {} : problemsFound(parsed.error);
}

function pathPart(part: PropertyKey): string | number {
  return typeof part === 'symbol' ? String(part) : part;
}
