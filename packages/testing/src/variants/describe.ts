import { describe } from 'vitest';
import { type CacheStore, type Engine, variantFixture, type VariantFixture } from './fixture.js';

const engines: readonly Engine[] = ['sqlite', 'mariadb'];
const caches: readonly CacheStore[] = ['local', 'redis'];
type Body = (fixture: VariantFixture) => void;

function describeVariant(name: string, tag: string, fixture: VariantFixture, body: Body): void {
  describe(`${name} [${tag}]`, () => body(fixture));
}

/** Declares the suite on SQLite and on MariaDB (with the in-process cache), under the same test names. */
export function describeOnEachEngine(name: string, body: Body): void {
  for (const engine of engines) describeVariant(name, engine, variantFixture(engine, 'local'), body);
}

/** Declares the suite on the in-process cache and on Redis (with SQLite), under the same test names. */
export function describeOnEachCache(name: string, body: Body): void {
  for (const cache of caches) describeVariant(name, cache, variantFixture('sqlite', cache), body);
}

/** Declares the suite on all four pairs of engine and cache, under the same test names. */
export function describeOnEachPair(name: string, body: Body): void {
  for (const engine of engines) {
    for (const cache of caches) {
      describeVariant(name, `${engine}+${cache}`, variantFixture(engine, cache), body);
    }
  }
}

/**
 * Declares a suite that is too dear for all pairs (browser, Discord) on the two setups people run: the
 * embedded one (SQLite, in-process cache) and the production one (MariaDB, Redis).
 */
export function describeOnBothSetups(name: string, body: Body): void {
  describeVariant(name, 'sqlite+local', variantFixture('sqlite', 'local'), body);
  describeVariant(name, 'mariadb+redis', variantFixture('mariadb', 'redis'), body);
}
