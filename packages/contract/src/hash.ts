import { z } from 'zod';
import { procedures } from './procedures/index.js';

/** FNV-1a over UTF-16 code units, 64 bits: no secret hangs on it, and browsers compute it without waiting. */
function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < text.length; index += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}

function shapeOf(schema: z.ZodType, io: 'input' | 'output'): unknown {
  return z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { type } = zodSchema._zod.def;
      if (type === 'date' || type === 'bigint') jsonSchema.type = 'string';
      if (type === 'date' || type === 'bigint') jsonSchema.format = type;
    },
  });
}

let computed: string | undefined;

/**
 * A hash of the names, kinds, inputs and outputs of all procedures. Clients send theirs with each call; a
 * server with another contract answers `contract_mismatch` when it cannot understand the call.
 */
export function contractHash(): string {
  computed ??= fnv1a(
    JSON.stringify(
      Object.entries(procedures)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { kind, input, output }]) => [
          name,
          kind,
          shapeOf(input, 'input'),
          shapeOf(output, 'output'),
        ]),
    ),
  );
  return computed;
}
