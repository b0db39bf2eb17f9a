import { createHmac } from 'node:crypto';
import { repositories, type Database, type MentionedId, type Repositories } from '@slimy/db';
import { AppError } from '../errors.js';

/** Whoever is erased, by the ids that lead to them. */
export interface ErasedIds {
  readonly userId: string;
  readonly discordId: string;
}

/**
 * The list of people who were erased and have not come back, and the names of people and guilds in its file: HMACs
 * under a key outside of the database.
 */
export class ErasedList {
  readonly #repositories: Repositories;
  readonly #key: string;

  constructor(database: Database, auditKey: string) {
    this.#repositories = repositories(database);
    this.#key = auditKey;
  }

  discordIdHash(discordId: string): string {
    return createHmac('sha256', this.#key).update(`erased.discord\n${discordId}`).digest('hex');
  }

  userIdHash(userId: string): string {
    return createHmac('sha256', this.#key).update(`erased.user\n${userId}`).digest('hex');
  }

  /** What somebody may be mentioned by, with names that lead nowhere without the key. */
  mentionedIds({ userId, discordId }: ErasedIds): readonly MentionedId[] {
    const alias = (id: string, hash: string) => ({ id, alias: hash.slice(0, id.length) });
    return [alias(userId, this.userIdHash(userId)), alias(discordId, this.discordIdHash(discordId))];
  }

  /** Of a guild as it was connected at an instant: connected again it is another one. */
  guildHash(guildId: string, createdAt: Date): string {
    const text = `erased.guild\n${guildId}\n${createdAt.toISOString()}`;
    return createHmac('sha256', this.#key).update(text).digest('hex');
  }

  /** Of these Discord ids those of whom nothing may be stored until they sign in again. */
  async absentAmong(discordIds: readonly string[]): Promise<ReadonlySet<string>> {
    const byHash = new Map(discordIds.map((id) => [this.discordIdHash(id), id]));
    if (byHash.size === 0) return new Set();
    const absent = await this.#repositories.erasedPeople.absentDiscordIds([...byHash.keys()]);
    return new Set([...absent].flatMap((hash) => byHash.get(hash) ?? []));
  }

  /**
   * Makes sure that a row of a person, whose lock is held, is not one that is being erased: it goes, with whatever is
   * stored for it now.
   * @throws AppError `in_use` when it is
   */
  async requireLasting({ erasedPeople }: Repositories, userId: string): Promise<void> {
    if (!(await erasedPeople.wasErased(this.userIdHash(userId)))) return;
    throw new AppError('in_use', 'What is kept about this person is being erased.', {
      remedy: 'Sign in again in a few minutes, once it is done.',
    });
  }
}
