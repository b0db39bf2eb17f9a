import { describe, expect, it } from 'vitest';
import { RevocationCounter } from '../src/rpc/revocation.ts';

describe('The count of answers around a revocation', () => {
  it('puts each call on the side on which it began', () => {
    const counter = new RevocationCounter();
    counter.count(200, 10);
    counter.count(200, 20);
    counter.confirm(30);
    // On their way when it was confirmed: answered or refused, both are right.
    counter.count(200, 29);
    counter.count(401, 29.5);
    counter.count(401, 31);
    counter.count(200, 32);
    counter.count(503, 33);
    expect(counter.counts()).toEqual({
      before: { answered: 3, refused: 1 },
      after: { refused: 1, letThrough: 2 },
    });
  });

  it('is none where the load did not reach both sides', () => {
    const early = new RevocationCounter();
    early.count(200, 10);
    early.confirm(30);
    expect(() => early.counts()).toThrow('0 refusals after it');
    const late = new RevocationCounter();
    late.confirm(5);
    late.count(401, 10);
    expect(() => late.counts()).toThrow('0 answers before it');
  });
});
