import { z } from 'zod';

type Issue = Parameters<NonNullable<ReturnType<typeof z.config>['customError']>>[0];

function sized(issue: { readonly origin: string }, least: boolean, bound: number | bigint): string {
  const side = least ? 'at least' : 'at most';
  switch (issue.origin) {
    case 'string':
      if (least && bound === 1) return 'must not be empty';
      return `must have ${side} ${bound} characters`;
    case 'array':
    case 'set':
      return `must have ${side} ${bound} entries`;
    default:
      return `must be ${side} ${bound}`;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  int: 'a whole number',
  bigint: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  date: 'a date',
  array: 'a list',
  object: 'an object',
};

/** What is wrong, in words that go on from the name of a field; undefined leaves it to zod. */
export function problemText(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'too_small':
      return sized(issue, true, issue.minimum);
    case 'too_big':
      return sized(issue, false, issue.maximum);
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return `must be ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `has unknown fields: ${issue.keys.join(', ')}`;
    default:
      return undefined;
  }
}

// The same words on both sides of the wire. A message that a schema brings along stays.
z.config({ customError: problemText });
