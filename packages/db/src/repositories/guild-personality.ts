import {
  formalities,
  personalityPresets,
  tones,
  type GuildPersonality as ReadPersonality,
} from '@slimy/contract';
import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';

/** A personality without version and time, as it is stored. */
export type StoredPersonality = Omit<ReadPersonality, 'version' | 'updatedAt'>;

/** The saved personality of one guild. */
export class GuildPersonalities {
  readonly #scope: Database | Transaction;
  readonly #guildId: string;

  constructor(scope: Database | Transaction, guildId: string) {
    this.#scope = scope;
    this.#guildId = guildId;
  }

  /** Null when nothing was saved. */
  async get(): Promise<ReadPersonality | null> {
    const row = await tablesOf(this.#scope).guildPersonality.findUnique({
      where: { guildId: this.#guildId },
    });
    if (!row) return null;
    const { guildId: _, ...plain } = row;
    return {
      ...plain,
      preset: personalityPresets.find((name) => name === row.preset) ?? 'friendly',
      tone: tones.find((name) => name === row.tone) ?? 'neutral',
      formality: formalities.find((name) => name === row.formality) ?? 'neutral',
    };
  }

  /** Saves it under the version; the caller holds the guild and has compared versions. */
  async save(personality: StoredPersonality, version: number, now: Date): Promise<void> {
    const data = { ...personality, version, updatedAt: now };
    await tablesOf(this.#scope).guildPersonality.upsert({
      where: { guildId: this.#guildId },
      create: { guildId: this.#guildId, ...data },
      update: data,
    });
  }
}
