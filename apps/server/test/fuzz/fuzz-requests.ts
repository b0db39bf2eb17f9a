import { procedures, type ProcedureName } from '@slimy/contract';
import type { MatrixCaller } from '../../../../packages/api/test/support/matrix-callers.ts';
import { PUBLIC_URL } from '../support/open-server.ts';
import { procedureNames, type FuzzWorld } from './fuzz-world.ts';
import { validVariant } from './schema-values.ts';
import { Choices } from './choices.ts';
import { confusedText, deepText, mutated, prototypeText, rawText, wideText, wireText } from './wire-texts.ts';

/** What is tried, and of a hundred requests about how many. */
const kinds = {
  valid: 5,
  'another valid': 45,
  mutated: 18,
  prototype: 6,
  deep: 3,
  wide: 3,
  'confused types': 9,
  batch: 8,
  'no call': 3,
} as const;

/** One HTTP request, made from the seed and its number alone but for ids that the database gave. */
export interface FuzzRequest {
  readonly number: number;
  readonly kind: keyof typeof kinds;
  readonly caller: MatrixCaller;
  /** The procedures it calls: one, or those of a batch. */
  readonly calls: readonly ProcedureName[];
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Characters of an address that Node's parser takes together with the headers. */
const ADDRESS_MAX = 6_000;

interface Making {
  readonly world: FuzzWorld;
  readonly random: Choices;
  readonly caller: MatrixCaller;
}

async function textOf(kind: keyof typeof kinds, name: ProcedureName, making: Making): Promise<string> {
  const { world, random, caller } = making;
  if (kind === 'no call') return rawText(random);
  if (kind === 'deep') return deepText(random);
  if (kind === 'wide') return wideText(random);
  const base = await world.validInput(name, caller);
  if (kind === 'prototype') return prototypeText(base, random);
  const value = kind === 'valid' ? base : validVariant(procedures[name].input, base, world.known, random);
  if (kind === 'confused types') return confusedText(value, random);
  return wireText(kind === 'mutated' ? mutated(value, random) : value);
}

async function batchText(calls: readonly ProcedureName[], making: Making): Promise<string> {
  const { random } = making;
  const texts: string[] = [];
  for (const [index, name] of calls.entries()) {
    const kind = random.pick(['valid', 'another valid', 'another valid', 'mutated', 'prototype'] as const);
    const place = random.chance(0.05) ? random.pick(['-1', '99', '__proto__', '']) : String(index);
    texts.push(`"${place}":${await textOf(kind, name, making)}`);
  }
  return `{${texts.join(',')}}`;
}

function batchOf(name: ProcedureName, random: Choices): readonly ProcedureName[] {
  const { kind } = procedures[name];
  const together = procedureNames.filter((other) => procedures[other].kind === kind || random.chance(0.005));
  return [name, ...Array.from({ length: 1 + random.below(5) }, () => random.pick(together))];
}

/** Of how many requests to a procedure one is valid and of somebody who may send it, whatever is drawn. */
const VALID_EVERY = 4;

function callerOf(name: ProcedureName, world: FuzzWorld, random: Choices, valid: boolean): MatrixCaller {
  const allowed = world.allowed.get(name) ?? [];
  return random.pick(allowed.length > 0 && (valid || random.chance(0.65)) ? allowed : world.callers);
}

/** Makes the request of that number; the numbers go round all procedures. */
export async function fuzzRequest(number: number, seed: number, world: FuzzWorld): Promise<FuzzRequest> {
  const random = new Choices(seed + Math.imul(number, 0x9e3779b1));
  const name = procedureNames[number % procedureNames.length] ?? 'system.version';
  const valid = Math.floor(number / procedureNames.length) % VALID_EVERY === 0;
  const caller = callerOf(name, world, random, valid);
  const making: Making = { world, random, caller };
  const stream = procedures[name].kind === 'subscription';
  const drawn = valid ? 'valid' : random.weighted(kinds);
  const kind = stream && drawn === 'batch' ? 'another valid' : drawn;
  const calls = kind === 'batch' ? batchOf(name, random) : [name];
  const text = kind === 'batch' ? await batchText(calls, making) : await textOf(kind, name, making);
  const query = kind === 'batch' ? '?batch=1' : '';
  const address = `/trpc/${calls.join(',')}${query}`;
  const together = stream && random.chance(0.5);
  const asked = together
    ? `/trpc-live?list=${encodeURIComponent(`[{"id":1,"path":"${name}","input":${text}}]`)}`
    : `${address}${query === '' ? '?' : '&'}input=${encodeURIComponent(text)}`;
  const byGet = procedures[name].kind !== 'mutation' && asked.length < ADDRESS_MAX && !random.chance(0.2);
  const headers: Record<string, string> = { ...caller.headers };
  if (random.chance(0.03)) headers['trpc-accept'] = 'application/jsonl';
  if (stream && random.chance(0.3))
    headers['last-event-id'] = random.pick(['0', '-1', 'x', '9'.repeat(30), '']);
  if (byGet || stream) {
    const path = asked.length < ADDRESS_MAX ? asked : address;
    return { number, kind, caller, calls, method: 'GET', path, headers, body: null };
  }
  headers['content-type'] = 'application/json';
  headers['origin'] = PUBLIC_URL;
  return { number, kind, caller, calls, method: 'POST', path: address, headers, body: text };
}
