import type { Actor } from '@slimy/core';

/** The first 64 bits of an IPv6 address, which one household shares; an IPv4 address as it is. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::', 2);
  const groups = head.split(':').filter(Boolean);
  const after = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => '0');
  return `${[...groups, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}

/**
 * Under which name a call counts: the person who calls or whom the bot calls for, the bot by itself, the
 * program's own task, and for anybody unknown their address (IPv6 by its /64).
 */
export function rateKeyOf(actor: Actor, ipAddress: string | null): string {
  switch (actor.kind) {
    case 'user':
    case 'token':
      return `person:${actor.discordId}`;
    case 'bot':
      return actor.actingAs === null ? 'bot' : `person:${actor.actingAs.discordId}`;
    case 'system':
      return `system:${actor.task}`;
    case 'anonymous':
      return `address:${ipAddress === null ? 'unknown' : networkOf(ipAddress)}`;
  }
}
