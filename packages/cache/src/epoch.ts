import { randomInt } from 'node:crypto';
import { epochBytes } from './entry.js';

/** A new epoch; that two are equal by chance is one in 2^48. */
export function newEpoch(): number {
  return randomInt(1, 2 ** 48 - 1);
}

/** An epoch as Redis keeps it. */
export function epochText(epoch: number): Buffer {
  const bytes = Buffer.allocUnsafe(epochBytes);
  bytes.writeUIntLE(epoch, 0, epochBytes);
  return bytes;
}

/** The epoch in a reply; `undefined` when there is none: the dependency counts as changed. */
export function readEpoch(reply: Buffer | null | undefined): number | undefined {
  return reply?.length === epochBytes ? reply.readUIntLE(0, epochBytes) : undefined;
}
