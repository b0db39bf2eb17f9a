import { readdirSync, readFileSync } from 'node:fs';
import { readSchema } from '../../scripts/schema-model.mjs';

const folder = new URL('../../../../prisma/schema/', import.meta.url);

/** The models of prisma/schema. */
export function schema() {
  const files = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
  return readSchema(files.join('\n'));
}
