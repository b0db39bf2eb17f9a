import { describe, expect, it } from 'vitest';
import { readSchema, type SchemaModel } from '../scripts/schema-model.mjs';
import { schema } from './support/schema.ts';

type Schema = ReturnType<typeof schema>;

/** Texts that are compared for equality without being normalised: ids, hashes and names of our own making. */
const binaryText = /(^|_)(id|hash|ref|room|name|kind|topic)$|_key$/;
const largestKeyBytes = 3072;

function isLeftPart(shorter: readonly string[], longer: readonly string[]): boolean {
  return shorter.every((field, index) => longer[index] === field);
}

function uselessIndexes({ indexes, fields }: SchemaModel): string[] {
  return indexes.flatMap((index, place) => {
    const covered = indexes.some(
      (other, otherPlace) =>
        place !== otherPlace &&
        index.kind === 'index' &&
        isLeftPart(index.fields, other.fields) &&
        (index.fields.length < other.fields.length || other.kind !== 'index' || otherPlace < place),
    );
    const unknown = index.fields.filter((name) => !fields.some((field) => field.name === name));
    return covered || unknown.length > 0 ? [`index (${index.fields.join(', ')}) is not needed`] : [];
  });
}

function fieldProblems(model: SchemaModel): string[] {
  return model.fields.flatMap((field) => {
    const problems: string[] = [];
    const say = (problem: string) => problems.push(`${field.name}: ${problem}`);
    if (!field.scalar) return problems;
    if (field.default !== undefined && !/^(autoincrement\(\)|0|false|true)$/.test(field.default)) {
      say(`default ${field.default} is not the program's`);
    }
    if (field.type === 'String' && !['VarChar', 'Text'].includes(field.native ?? '')) say('needs a length');
    if (field.type === 'DateTime' && field.native !== 'DateTime') say('needs milliseconds');
    if (field.type === 'DateTime' && field.length !== 3) say('needs milliseconds');
    if (!/^[a-z][a-z0-9_]*$/.test(field.column)) say(`column ${field.column} is not in snake case`);
    const relational = model.indexes.filter(({ fields }) => fields.includes(field.name));
    if (field.native === 'Text' && relational.length > 0) say('prose cannot be indexed');
    const unique = relational.some(({ kind, fields }) => kind !== 'index' && fields.length === 1);
    if (unique && field.type === 'String' && !binaryText.test(field.column)) {
      say('unique text must be an id, a hash or a normalised key');
    }
    return problems;
  });
}

function keyProblems(model: SchemaModel): string[] {
  const tooWide = model.indexes.filter(({ fields }) => {
    const bytes = fields.map((name) => {
      const field = model.fields.find((one) => one.name === name);
      return field?.maxCharacters === undefined ? 8 : field.maxCharacters * 4;
    });
    return bytes.reduce((sum, one) => sum + one, 0) > largestKeyBytes;
  });
  const unindexed = model.fields
    .map(({ relationFields }) => relationFields)
    .filter((fields) => fields !== undefined)
    .filter((fields) => !model.indexes.some((index) => isLeftPart(fields, index.fields)));
  return [
    ...tooWide.map(({ fields }) => `index (${fields.join(', ')}) is wider than InnoDB allows`),
    ...unindexed.map((fields) => `foreign key (${fields.join(', ')}) has no index`),
    ...(model.indexes.some(({ kind }) => kind === 'id') ? [] : ['has no primary key']),
  ];
}

/** What a schema does that is not in our portable subset. */
function problems({ models, enums }: Schema): string[] {
  return [
    ...enums.map((name) => `enum ${name}`),
    ...models.flatMap((model) =>
      [...fieldProblems(model), ...uselessIndexes(model), ...keyProblems(model)].map(
        (problem) => `${model.name}: ${problem}`,
      ),
    ),
  ];
}

describe('the schema', () => {
  it('keeps to the portable subset', () => {
    expect(schema().models.length).toBeGreaterThan(15);
    expect(problems(schema())).toEqual([]);
  });

  it('deletes messages with their conversation, and never a guild with its owner', () => {
    const relation = (model: string, field: string) =>
      schema()
        .models.find(({ name }) => name === model)
        ?.fields.find(({ name }) => name === field)?.onDelete;
    expect(relation('ChatMessage', 'conversation')).toBe('Cascade');
    expect(relation('Guild', 'owner')).toBe('SetNull');
    expect(relation('User', 'lastActiveGuild')).toBe('SetNull');
  });

  it.each([
    ['an enum', 'enum Mood {\n  good\n}\n', 'enum Mood'],
    ['a clock of the database', 'at DateTime @default(now()) @db.DateTime(3)', 'default now()'],
    ['whole seconds', 'at DateTime @db.DateTime(0)', 'needs milliseconds'],
    ['a text without a length', 'title String', 'needs a length'],
    ['a unique display name', 'title String @unique @db.VarChar(50)', 'normalised key'],
    ['an index on prose', 'body String @db.Text\n  @@index([body])', 'prose cannot be indexed'],
    [
      'an index that another one gives',
      'a Int\n  b Int\n  @@index([a])\n  @@index([a, b])',
      'index (a) is not needed',
    ],
    ['the same index twice', 'a Int\n  @@index([a])\n  @@index([a])', 'index (a) is not needed'],
    [
      'an index that a unique one gives',
      'a Int\n  b Int\n  @@unique([a, b])\n  @@index([a])',
      'index (a) is not needed',
    ],
    [
      'a foreign key without an index',
      'a String @db.VarChar(9)\n  t T @relation(fields: [a], references: [id])',
      'has no index',
    ],
    ['an index too wide for InnoDB', 'a String @db.VarChar(800)\n  @@index([a])', 'wider than InnoDB'],
    ['a camel-case column', 'someThing Int', 'not in snake case'],
  ])('is found out with %s', (_name, body, problem) => {
    const text = body.startsWith('enum') ? body : `model T {\n  id String @id @db.VarChar(9)\n  ${body}\n}\n`;
    expect(problems(readSchema(text)).join('\n')).toContain(problem);
  });

  it('cannot hold a Decimal at all: the reader knows no such type', () => {
    const { models } = readSchema('model T {\n  id String @id @db.VarChar(9)\n  price Decimal\n}\n');
    expect(models[0]?.fields.find(({ name }) => name === 'price')?.scalar).toBe(false);
  });
});
