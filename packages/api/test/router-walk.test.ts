import { procedures } from '@slimy/contract';
import { rule } from '@slimy/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { appRouter, declaredProcedures, isQuery, type DeclaredProcedure } from '../src/index.ts';
import { routerProblems } from './router-walk.ts';

const sound = declaredProcedures.get('guild.settings.update')!;
const withInput = (input: z.ZodType): DeclaredProcedure => ({
  ...sound,
  contract: { ...sound.contract, input },
});
const guildId = z.string().max(20);

describe('The router', () => {
  it('declares every procedure of the contract, and none beside it', () => {
    expect([...declaredProcedures.keys()].sort()).toEqual(Object.keys(procedures).sort());
    expect(Object.keys(appRouter._def.procedures).sort()).toEqual(Object.keys(procedures).sort());
  });

  it('gives every procedure a rule, a rate class, an output schema, strict bounded inputs, and mutations an audit tag', () => {
    expect(routerProblems(declaredProcedures.values())).toEqual([]);
  });

  it('answers queries alone by the short way', () => {
    for (const { name, contract } of declaredProcedures.values()) {
      expect([name, isQuery(name)]).toEqual([name, contract.kind === 'query']);
    }
  });

  it('serves each procedure as the kind its contract says', () => {
    const served: Record<string, object> = appRouter._def.procedures;
    for (const [name, procedure] of Object.entries(served)) {
      expect(Reflect.get(procedure, '_def')).toMatchObject({
        type: declaredProcedures.get(name)?.contract.kind,
      });
    }
  });
});

describe('The walk over the router finds', () => {
  it('what is for people who are signed in and open to personal tokens', () => {
    const declared = declaredProcedures.get('auth.tokens.create')!;
    expect(routerProblems([declared])).toEqual([]);
    const problem = 'auth.tokens.create is open to personal tokens';
    expect(routerProblems([{ ...declared, byToken: true }])).toEqual([problem]);
  });

  it.each<[string, Partial<DeclaredProcedure> & { name: string }, string]>([
    ['a mutation without audit tag', { ...sound, audit: null }, 'changes something and has no audit tag'],
    [
      'a query with audit tag',
      { ...sound, contract: { ...sound.contract, kind: 'query' } },
      'changes nothing and has an audit tag',
    ],
    ['no rule', { name: sound.name, contract: sound.contract, rate: 'write', audit: 'a.b' }, 'has no rule'],
    [
      'no rate class',
      { name: sound.name, contract: sound.contract, rule: rule.self, audit: 'a.b' },
      'has no rate class',
    ],
    [
      'no output schema',
      { ...sound, contract: { ...sound.contract, output: z.unknown() } },
      'has no output schema',
    ],
    [
      'a guild procedure without guildId',
      withInput(z.strictObject({})),
      'is about a guild and takes no guildId',
    ],
    ['any in an input', withInput(z.strictObject({ guildId, a: z.any() })), 'input.a is any'],
    [
      'unknown deep in an input',
      withInput(z.strictObject({ guildId, a: z.array(z.unknown()).max(2) })),
      'input.a.[] is unknown',
    ],
    [
      'a record in an input',
      withInput(z.strictObject({ guildId, a: z.record(z.string(), z.string()).optional() })),
      'input.a is record',
    ],
    [
      'an unbounded part of a sized record in an input',
      withInput(
        z.strictObject({ guildId, a: z.record(z.string().max(9), z.string()).meta({ maxBytes: 99 }) }),
      ),
      'input.a.value is a string without a bound',
    ],
    [
      'an open object in an input',
      withInput(z.strictObject({ guildId, a: z.object({}) })),
      'input.a is an object that is not strict',
    ],
    ['any in a tuple', withInput(z.strictObject({ guildId, a: z.tuple([z.any()]) })), 'input.a.[0] is any'],
    [
      'the rest of a tuple',
      withInput(z.strictObject({ guildId, a: z.tuple([z.boolean()], z.boolean()) })),
      'input.a is a tuple without a bound',
    ],
    ['any behind a catch', withInput(z.strictObject({ guildId, a: z.any().catch(null) })), 'input.a is any'],
    [
      'a string that may not be left out and has no bound',
      withInput(z.strictObject({ guildId, a: z.string().optional().nonoptional() })),
      'input.a is a string without a bound',
    ],
    [
      'an open object in an intersection',
      withInput(z.strictObject({ guildId, a: z.intersection(z.strictObject({}), z.looseObject({})) })),
      'input.a.&1 is an object that is not strict',
    ],
    [
      'a kind that nobody told it of',
      withInput(z.strictObject({ guildId, a: z.templateLiteral(['a', z.string()]) })),
      'input.a is template_literal, a kind the walk does not know',
    ],
    [
      'an array without a bound',
      withInput(z.strictObject({ guildId, a: z.array(z.boolean()) })),
      'input.a is an array without a bound',
    ],
    [
      'a string without a bound',
      withInput(z.strictObject({ guildId, a: z.string() })),
      'input.a is a string without a bound',
    ],
  ])('%s', (_, procedure, problem) => {
    expect(routerProblems([procedure])).toEqual([`${sound.name} ${problem}`]);
  });
});
