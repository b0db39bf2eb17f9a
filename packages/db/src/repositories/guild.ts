import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { normaliseName } from '../normalise.js';
import { column } from '../sql/values.js';
import { GuildMembers } from './guild-members.js';
import { GuildPersonalities } from './guild-personality.js';
import { GuildSettings } from './guild-settings.js';
import type { GuildFacts, GuildRow } from './guilds.js';

/** A change of a guild's own row. */
export type GuildChanges = Partial<
  GuildFacts & Pick<GuildRow, 'ownerId' | 'botPresent' | 'botLeftAt' | 'updatedAt'>
>;

/** Everything of one guild. Its id is given once, here, so that no query can forget it. */
export class GuildScope {
  readonly #scope: Database | Transaction;
  readonly #id: string;
  readonly members: GuildMembers;
  readonly settings: GuildSettings;
  readonly personality: GuildPersonalities;

  constructor(scope: Database | Transaction, id: string) {
    this.#scope = scope;
    this.#id = id;
    this.members = new GuildMembers(scope, id);
    this.settings = new GuildSettings(scope, id);
    this.personality = new GuildPersonalities(scope, id);
  }

  async row(): Promise<GuildRow | null> {
    return tablesOf(this.#scope).guild.findUnique({
      where: { id: this.#id },
      omit: { nameKey: true, settings: true },
    });
  }

  /**
   * The row, held until the transaction ends: changes of one guild and its members take turns. Call it before
   * anything else is read in the transaction.
   */
  async locked(): Promise<GuildRow | null> {
    if (this.#scope.engine === 'mysql') {
      await this.#scope.sql.one('SELECT id FROM guilds WHERE id = ? FOR UPDATE', [this.#id], {
        id: column.text,
      });
    }
    return this.row();
  }

  async update(changes: GuildChanges): Promise<void> {
    await tablesOf(this.#scope).guild.update({
      where: { id: this.#id },
      data: { ...changes, ...(changes.name !== undefined && { nameKey: normaliseName(changes.name) }) },
      select: { id: true },
    });
  }

  /** Deletes the guild with its memberships, settings, personality and messages; no person goes along. */
  async delete(): Promise<void> {
    await tablesOf(this.#scope).guild.deleteMany({ where: { id: this.#id } });
  }
}
