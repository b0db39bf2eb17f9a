import type { DeclaredProcedure } from '../src/index.ts';
import { z } from 'zod';

/** Procedures named `guild.…` that are about no single guild. */
const aboutNoSingleGuild = new Set(['guild.mine', 'guild.list', 'guild.connectable']);

/** Whether a procedure gives or takes what opens doors, or all of a person at once: for people who are signed in. */
function isForSignedIn(name: string): boolean {
  return (
    (name.startsWith('auth.') && name !== 'auth.session') || ['user.export', 'user.erase'].includes(name)
  );
}

type Schema = z.core.$ZodType;

/** Whether a schema is one of zod's own kinds, so that its definition can be told apart. */
function isZod(schema: Schema): schema is z.core.$ZodTypes {
  return typeof schema._zod.def.type === 'string';
}

function definitionOf(schema: Schema): z.core.$ZodTypes['_zod']['def'] {
  if (isZod(schema)) return schema._zod.def;
  throw new TypeError('not a schema of zod');
}

/** The schemas directly inside of one, with the step that leads there. */
function inner(schema: Schema): readonly (readonly [string, Schema])[] {
  const def = definitionOf(schema);
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape);
    case 'array':
      return [['[]', def.element]];
    case 'tuple': {
      const items = def.items.map((item, index) => [`[${index}]`, item] as const);
      return def.rest ? [...items, ['[]', def.rest]] : items;
    }
    case 'intersection':
      return [
        ['&0', def.left],
        ['&1', def.right],
      ];
    case 'optional':
    case 'nonoptional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
      return [['', def.innerType]];
    case 'union':
      return def.options.map((option, index) => [`|${index}`, option]);
    case 'record':
      // A problem as a whole where it is not sized.
      return isSized(schema)
        ? [
            ['key', def.keyType],
            ['value', def.valueType],
          ]
        : [];
    case 'pipe':
      return [
        ['', def.in],
        ['', def.out],
      ];
    default:
      return [];
  }
}

const openTypes = new Set([
  'any',
  'unknown',
  'record',
  'map',
  'set',
  'custom',
  'lazy',
  'file',
  'function',
  'promise',
]);

/** Kinds that hold no other schema and bound a value by themselves, or are made of a value that was bounded before. */
const leafTypes = new Set([
  'string',
  'number',
  'bigint',
  'boolean',
  'date',
  'null',
  'undefined',
  'nan',
  'never',
  'void',
  'enum',
  'literal',
  'transform',
]);

/** Kinds that the walk goes into. */
const innerTypes = new Set([
  'object',
  'array',
  'tuple',
  'intersection',
  'union',
  'optional',
  'nonoptional',
  'nullable',
  'default',
  'prefault',
  'catch',
  'readonly',
  'pipe',
]);

/** Whether a check bounds the length: its largest or its exact one. */
function isBounded(schema: Schema): boolean {
  const checks = schema._zod.def.checks ?? [];
  return checks.some(({ _zod: { def } }) => ['max_length', 'length_equals'].includes(def.check));
}

/** Whether a record says how many bytes it may have: one of bounded parts that is refused when it is larger. */
function isSized(schema: Schema): boolean {
  return z.globalRegistry.get(schema)?.['maxBytes'] !== undefined;
}

function inputProblem(schema: Schema): string | null {
  const def = definitionOf(schema);
  if (def.type === 'record' && isSized(schema)) return null;
  if (openTypes.has(def.type)) return `is ${def.type}`;
  if (!leafTypes.has(def.type) && !innerTypes.has(def.type))
    return `is ${def.type}, a kind the walk does not know`;
  if (def.type === 'object' && def.catchall?._zod.def.type !== 'never')
    return 'is an object that is not strict';
  if (def.type === 'tuple' && def.rest && !isBounded(schema)) return 'is a tuple without a bound';
  if (def.type === 'array' && !isBounded(schema)) return 'is an array without a bound';
  if (def.type === 'string' && !isBounded(schema)) return 'is a string without a bound';
  return null;
}

function* inputProblems(schema: Schema, path: string): Generator<string> {
  const problem = inputProblem(schema);
  if (problem) yield `input${path} ${problem}`;
  for (const [step, child] of inner(schema)) yield* inputProblems(child, step ? `${path}.${step}` : path);
}

function hasGuildId(schema: Schema): boolean {
  const def = definitionOf(schema);
  return def.type === 'object' && 'guildId' in def.shape;
}

function* procedureProblems(procedure: Partial<DeclaredProcedure> & { name: string }): Generator<string> {
  const { name, contract, rule, rate, audit, byToken } = procedure;
  if (!rule) yield 'has no rule';
  if (!rate) yield 'has no rate class';
  if (byToken !== false && isForSignedIn(name)) yield 'is open to personal tokens';
  if (!contract) {
    yield 'is not in the contract';
    return;
  }
  if (contract.kind === 'mutation' && !audit) yield 'changes something and has no audit tag';
  if (contract.kind !== 'mutation' && audit) yield 'changes nothing and has an audit tag';
  const output: Schema | undefined = contract.output;
  if (!output || openTypes.has(output._zod.def.type)) yield 'has no output schema';
  const aboutGuild = name.startsWith('guild.') && !aboutNoSingleGuild.has(name);
  const ruledByGuild = rule?.kind === 'member' || rule?.kind === 'action';
  if ((aboutGuild || ruledByGuild) && !hasGuildId(contract.input))
    yield 'is about a guild and takes no guildId';
  yield* inputProblems(contract.input, '');
}

/** What is wrong with the declarations of a whole router, a line each. */
export function routerProblems(
  procedures: Iterable<Partial<DeclaredProcedure> & { name: string }>,
): string[] {
  return [...procedures].flatMap((procedure) =>
    [...procedureProblems(procedure)].map((problem) => `${procedure.name} ${problem}`),
  );
}
