import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { normaliseName } from '../normalise.js';
import { column } from '../sql/values.js';
import { AuditTrail } from './audit-trail.js';
import { ChatMessages } from './chat-messages.js';
import { ClubAnalyses } from './club-analyses.js';
import { ClubLatest } from './club-latest.js';
import { ClubMembers } from './club-members.js';
import { ClubObservations } from './club-observations.js';
import { GuildMembers } from './guild-members.js';
import { GuildPersonalities } from './guild-personality.js';
import { GuildSettings } from './guild-settings.js';
import type { GuildFacts, GuildRow } from './guilds.js';
import { GuildStats } from './stats.js';
import { OwnedUploads } from './uploads.js';

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
  readonly messages: ChatMessages;
  readonly uploads: OwnedUploads;
  readonly clubAnalyses: ClubAnalyses;
  readonly clubMembers: ClubMembers;
  readonly clubObservations: ClubObservations;
  readonly clubLatest: ClubLatest;
  readonly stats: GuildStats;
  readonly audit: AuditTrail;

  constructor(scope: Database | Transaction, id: string) {
    this.#scope = scope;
    this.#id = id;
    this.members = new GuildMembers(scope, id);
    this.settings = new GuildSettings(scope, id);
    this.personality = new GuildPersonalities(scope, id);
    this.messages = new ChatMessages(scope, { table: 'guilds', column: 'guild_id', id });
    this.uploads = new OwnedUploads(scope, { guildId: id });
    this.clubAnalyses = new ClubAnalyses(scope, id);
    this.clubMembers = new ClubMembers(scope, id);
    this.clubObservations = new ClubObservations(scope, id);
    this.clubLatest = new ClubLatest(scope, id);
    this.stats = new GuildStats(scope, id);
    this.audit = new AuditTrail(scope, { guildId: id });
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
