import type { PersonFacts } from './people.js';

/** Somebody in a guild, as the bot tells of them (`guild.members.sync`). */
export interface PresentMember {
  readonly kind: 'present';
  readonly user: PersonFacts;
  readonly roleIds: string[];
  /** Discord's permission bits. */
  readonly permissions: string;
  readonly joinedAt: Date | null;
}

/** A member without roles or permissions of whom the gateway told, unless the facts say otherwise. */
export function presentMember(
  user: PersonFacts,
  facts: Partial<Omit<PresentMember, 'kind' | 'user'>> = {},
): PresentMember {
  return { kind: 'present', user, roleIds: [], permissions: '0', joinedAt: null, ...facts };
}
