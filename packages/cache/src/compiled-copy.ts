import { LRUCache } from 'lru-cache';
import { copyPlan, planText, type CopyPlan } from './copy-plan.js';
import { copyTree } from './isolation.js';

export type Copier = (value: unknown) => unknown;

/** Shapes remembered, and the text above which a shape is not worth compiling. */
const mostShapes = 500;
const longestShape = 20_000;

const compiled = new LRUCache<string, Copier>({ max: mostShapes });

function copyBytes(bytes: Uint8Array): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes);
}

/** The source of an expression that copies what `reference` names; lists get functions of their own. */
function expressionOf(plan: CopyPlan, reference: string, functions: string[]): string {
  switch (plan.kind) {
    case 'leaf':
      return reference;
    case 'date':
      return `new Date(${reference}.getTime())`;
    case 'bytes':
      return `copyBytes(${reference})`;
    case 'leaves':
      return `${reference}.slice()`;
    case 'any':
      return `copyTree(${reference})`;
    case 'list': {
      const index = functions.push('') - 1;
      functions[index] = `function list${index}(values) {
        const length = values.length;
        const copies = new Array(length);
        for (let index = 0; index < length; index += 1) {
          const value = values[index];
          copies[index] = ${expressionOf(plan.each, 'value', functions)};
        }
        return copies;
      }`;
      return `list${index}(${reference})`;
    }
    case 'object': {
      const fields = plan.fields.map(([field, held]) => {
        const name = JSON.stringify(field);
        return `${name}: ${expressionOf(held, `${reference}[${name}]`, functions)}`;
      });
      return `({ ${fields.join(', ')} })`;
    }
    default:
      return plan;
  }
}

function compile(plan: CopyPlan): Copier {
  const functions: string[] = [];
  const body = expressionOf(plan, 'value', functions);
  // The only texts in it that come from outside are field names, as JSON string literals.
  // oxlint-disable-next-line typescript/no-implied-eval -- a copy by literal code takes a third of the time of a loop over fields
  const make = new Function(
    'copyTree',
    'copyBytes',
    `"use strict"; ${functions.join('\n')} return function (value) { return ${body}; };`,
  );
  return make(copyTree, copyBytes);
}

/**
 * A function that copies values of the shape of this one, for which `isTree` must hold. Where the
 * process may not generate code, and for shapes that are too large, it is `copyTree`.
 */
export function copierFor(value: unknown): Copier {
  const plan = copyPlan(value);
  const text = planText(plan);
  if (text.length > longestShape) {
    return copyTree;
  }
  let copier = compiled.get(text);
  if (copier === undefined) {
    try {
      copier = compile(plan);
    } catch {
      // Code generation is switched off in this process.
      copier = copyTree;
    }
    compiled.set(text, copier);
  }
  return copier;
}
