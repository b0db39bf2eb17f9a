/**
 * How to copy one value: its shape with the leaves left out. Made from a value for which `isTree`
 * holds, and good for every value of exactly that shape.
 */
export type CopyPlan =
  | { readonly kind: 'leaf' | 'date' | 'bytes' | 'leaves' | 'any' }
  | { readonly kind: 'list'; readonly each: CopyPlan }
  | { readonly kind: 'object'; readonly fields: readonly (readonly [name: string, CopyPlan])[] };

/** Larger shapes are copied without a plan. */
const mostFields = 64;
const deepest = 12;

const leaf = { kind: 'leaf' } as const;
const any = { kind: 'any' } as const;

function planList(values: readonly unknown[], depth: number): CopyPlan {
  const [first, ...others] = values.map((value) => copyPlan(value, depth + 1));
  if (first === undefined) {
    return { kind: 'leaves' };
  }
  const text = planText(first);
  if (others.some((other) => planText(other) !== text)) {
    return any;
  }
  return first.kind === 'leaf' ? { kind: 'leaves' } : { kind: 'list', each: first };
}

/** The plan for a value. */
export function copyPlan(value: unknown, depth = 0): CopyPlan {
  if (typeof value !== 'object' || value === null) {
    return leaf;
  }
  if (value instanceof Date) {
    return { kind: 'date' };
  }
  if (value instanceof Uint8Array) {
    return { kind: 'bytes' };
  }
  if (depth >= deepest || value instanceof Map || value instanceof Set) {
    return any;
  }
  if (Array.isArray(value)) {
    return planList(value, depth);
  }
  const fields = Object.entries(value);
  return fields.length > mostFields
    ? any
    : {
        kind: 'object',
        fields: fields.map(([name, held]) => [name, copyPlan(held, depth + 1)] as const),
      };
}

/** A text that two plans share when they are equal. */
export function planText(plan: CopyPlan): string {
  switch (plan.kind) {
    case 'list':
      return `[${planText(plan.each)}]`;
    case 'object':
      return `{${plan.fields.map(([name, field]) => `${JSON.stringify(name)}${planText(field)}`).join()}}`;
    default:
      return plan.kind;
  }
}
