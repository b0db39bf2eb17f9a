import { limits } from '@slimy/contract';
import { subjectOf, type GuildFact, type MemberFact } from './member-facts.js';

/** What is still to be told of one guild. Bounded: too many single facts become one reading of everybody. */
export class WaitingFacts {
  guild: GuildFact | null = null;
  /** Everybody is to be read and told anew. */
  everybody = false;
  readonly #members = new Map<string, MemberFact>();

  get isEmpty(): boolean {
    return this.guild === null && !this.everybody && this.#members.size === 0;
  }

  /** A later fact about the same person takes the place of an earlier one. */
  addMember(fact: MemberFact): void {
    this.#members.delete(subjectOf(fact));
    this.#members.set(subjectOf(fact), fact);
    if (this.#members.size > limits.syncMembersMax) {
      this.#members.clear();
      this.everybody = true;
    }
  }

  /** The member facts waiting now, oldest first. */
  members(): MemberFact[] {
    return [...this.#members.values()];
  }

  member(discordId: string): MemberFact | undefined {
    return this.#members.get(discordId);
  }

  /** Forgets those facts, unless a newer one about the same person came meanwhile. */
  delivered(facts: readonly MemberFact[]): void {
    for (const fact of facts) {
      if (this.#members.get(subjectOf(fact)) === fact) this.#members.delete(subjectOf(fact));
    }
  }

  /** Forgets everything about members. */
  dropMembers(): void {
    this.#members.clear();
    this.everybody = false;
  }
}
