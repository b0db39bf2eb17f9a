import { describeOnEachCache, startRedis } from '@slimy/testing';
import { describe, expect, test } from 'vitest';
import { createSignals } from '../src/index.ts';
import { eventually } from './support/eventually.ts';

describeOnEachCache('signals', (fixture) => {
  const redis = fixture.redisUrl === undefined ? undefined : { url: fixture.redisUrl };

  test('a signal reaches the listeners of its channel, until they stop', async () => {
    const warnings: string[] = [];
    const one = createSignals({
      redis,
      prefix: fixture.prefix,
      logger: { info: () => {}, warn: (text) => warnings.push(text) },
    });
    const other = redis === undefined ? one : createSignals({ redis, prefix: fixture.prefix });
    const heard: string[] = [];
    const stop = other.subscribe('room:1', (payload) => heard.push(payload));
    one.subscribe('room:1', () => {
      throw new Error('listener');
    });
    await eventually(() => {
      one.publish('room:1', 'ready\nnow');
      return heard.includes('ready\nnow');
    });
    one.publish('room:2', 'not for us');
    one.publish('room:1', 'last');
    await eventually(() => heard.includes('last'));
    expect(heard).not.toContain('not for us');
    expect(warnings[0]).toContain('listener');
    stop();
    const before = heard.length;
    other.publish('room:1', 'too late');
    expect(heard.length).toBe(before);
    await one.close();
    await other.close();
  });
});

describe('signals through Redis', () => {
  test('work inside the process while Redis is away, and again between processes when it is back', async () => {
    const server = await startRedis();
    const one = createSignals({ redis: { url: server.url } });
    const other = createSignals({ redis: { url: server.url } });
    const heard: string[] = [];
    one.subscribe('c', (payload) => heard.push(payload));
    try {
      await eventually(() => {
        other.publish('c', 'first');
        return heard.includes('first');
      });
      await server.kill();
      one.publish('c', 'alone');
      expect(heard).toContain('alone');
      other.publish('c', 'lost');
      await server.restart();
      await eventually(() => {
        other.publish('c', 'back');
        return heard.includes('back');
      });
    } finally {
      await one.close();
      await other.close();
      await server.kill();
    }
  });
});
