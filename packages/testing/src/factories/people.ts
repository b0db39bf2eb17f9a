/** A person as Discord describes them. */
export interface PersonFacts {
  readonly discordId: string;
  readonly username: string;
  readonly globalName: string | null;
  readonly avatar: string | null;
}

/** Somebody without a picture; unless told otherwise named after their id. */
export function personFacts(discordId: string, change: Partial<PersonFacts> = {}): PersonFacts {
  return { discordId, username: `user_${discordId.slice(-4)}`, globalName: null, avatar: null, ...change };
}

/** So many people with ids that follow one another, named `person0`, `person1`, … */
export function crowd(count: number, firstDiscordId: bigint): PersonFacts[] {
  return Array.from({ length: count }, (_, index) =>
    personFacts(String(firstDiscordId + BigInt(index)), { username: `person${index}` }),
  );
}
