import type { z } from 'zod';
import { hostileBigint, hostileDate, hostileNumber, hostileText } from './hostile-values.ts';
import type { Choices } from './choices.ts';

/** Values that exist in the seeded world, by the name of the field that would hold them. */
export type KnownValues = ReadonlyMap<string, readonly unknown[]>;

type Schema = z.core.$ZodType;

function isZod(schema: Schema): schema is z.core.$ZodTypes {
  return typeof schema._zod.def.type === 'string';
}

const LIST_SIZES = [0, 1, 1, 2, 3, 12];

/** A value for the schema: of its kind, often hostile, not always valid. Whoever uses it holds it against the schema. */
export function proposal(schema: Schema, field: string, known: KnownValues, random: Choices): unknown {
  const existing = known.get(field);
  if (existing && random.chance(0.6)) return random.pick(existing);
  if (!isZod(schema)) return undefined;
  const { def } = schema._zod;
  const inner = (part: Schema, name = field) => proposal(part, name, known, random);
  switch (def.type) {
    case 'string':
      return hostileText(random);
    case 'number':
      return hostileNumber(random);
    case 'bigint':
      return hostileBigint(random);
    case 'date':
      return hostileDate(random);
    case 'boolean':
      return random.chance(0.5);
    case 'enum':
      return random.pick(Object.values(def.entries));
    case 'literal':
      return random.pick(def.values);
    case 'null':
      return null;
    case 'optional':
      return random.chance(0.15) ? undefined : inner(def.innerType);
    case 'nullable':
      return random.chance(0.3) ? null : inner(def.innerType);
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'nonoptional':
      return inner(def.innerType);
    case 'pipe':
      return inner(def.in);
    case 'union':
      return inner(random.pick(def.options));
    case 'array':
      return Array.from({ length: random.pick(LIST_SIZES) }, () => inner(def.element));
    case 'record':
      return Object.fromEntries(
        Array.from({ length: random.pick(LIST_SIZES) }, () => [hostileText(random), inner(def.valueType)]),
      );
    case 'object':
      return Object.fromEntries(
        Object.entries(def.shape)
          .map(([name, part]) => [name, inner(part, name)] as const)
          .filter(([, value]) => value !== undefined),
      );
    default:
      return undefined;
  }
}

/** The named parts of an input's schema; none for an input that is no object. */
function shapeOf(schema: Schema): readonly (readonly [string, Schema])[] {
  if (!isZod(schema)) return [];
  const { def } = schema._zod;
  if (def.type === 'object') return Object.entries(def.shape);
  return def.type === 'pipe' ? shapeOf(def.in) : [];
}

/**
 * Another valid input: `base` with some of its fields, given or not, replaced by whatever its schema takes as
 * well. Gives `base` itself where nothing else that was proposed is valid.
 */
export function validVariant(schema: z.ZodType, base: unknown, known: KnownValues, random: Choices): unknown {
  const parts = shapeOf(schema);
  if (parts.length === 0 || typeof base !== 'object' || base === null) return base;
  let value: object = base;
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const [name, part] = random.pick(parts);
    const other = { ...value, [name]: proposal(part, name, known, random) };
    if (schema.safeParse(other).success) value = other;
  }
  return value;
}
