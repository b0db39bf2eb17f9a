import { startRedis, type PrivateRedis } from '@slimy/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { createCache, type Cache, type CacheOptions } from '../../src/index.ts';
import { CacheProcess } from './cache-process.ts';
import { eventually } from './eventually.ts';

/** Deadlines that a busy machine does not miss, for suites that are not about deadlines. */
export const patient = { hedgeMs: 3_000, commandMs: 5_000, invalidateMs: 5_000, storeMs: 5_000 };

/** A Redis that a suite may freeze, kill and change behind the cache's back, empty for each test. */
export class FaultyRedis {
  #server: PrivateRedis | undefined;
  #admin: Redis | undefined;
  #caches: Cache[] = [];
  #processes: CacheProcess[] = [];

  /** To be called where the suite is declared. */
  static declare(): FaultyRedis {
    const faulty = new FaultyRedis();
    beforeAll(() => faulty.#start());
    afterEach(() => faulty.#restore());
    afterAll(() => faulty.#end());
    return faulty;
  }

  get server(): PrivateRedis {
    if (this.#server === undefined) {
      throw new Error('the suite has not begun');
    }
    return this.#server;
  }

  /** A client of the suite's own. */
  get admin(): Redis {
    if (this.#admin === undefined) {
      throw new Error('the suite has not begun');
    }
    return this.#admin;
  }

  /** A cache that may not be ready yet. */
  begin(options: CacheOptions = {}): Cache {
    const cache = createCache({ redis: { url: this.server.url }, ...options });
    this.#caches.push(cache);
    return cache;
  }

  async open(options: CacheOptions = {}): Promise<Cache> {
    const cache = this.begin(options);
    expect(await cache.ready(10_000)).toBe(true);
    return cache;
  }

  /** A process of its own with a cache. */
  async startProcess(writeMarkMs?: number): Promise<CacheProcess> {
    const process = await CacheProcess.start(this.server.url, 'slimy:', writeMarkMs);
    this.#processes.push(process);
    return process;
  }

  async #start(): Promise<void> {
    this.#server = await startRedis();
    this.#admin = new Redis(this.#server.url, { retryStrategy: () => 50 });
    // Its connection goes with the server, and comes back.
    this.#admin.on('error', () => {});
  }

  async #restore(): Promise<void> {
    await Promise.all(this.#caches.map((cache) => cache.close()));
    await Promise.all(this.#processes.map((process) => process.kill()));
    this.#caches = [];
    this.#processes = [];
    if (this.server.running) {
      this.server.resume();
    } else {
      await this.server.restart();
    }
    await eventually(() => this.admin.status === 'ready');
    await this.admin.flushall();
  }

  async #end(): Promise<void> {
    this.#admin?.disconnect();
    await this.#server?.kill();
  }
}
