import type { Role } from '@slimy/contract';
import type { Database, Transaction } from '../database.js';
import { tablesOf } from '../client/of.js';
import { rolesIn } from './roles.js';

/** Where a person is a member now. */
export interface MembershipRow {
  readonly guildId: string;
  readonly roles: readonly Role[];
  /** Roles by Discord's facts; empty for somebody who was only added by hand. */
  readonly discordRoles: readonly Role[];
  readonly joinedAt: Date;
}

/** The guilds of one person. */
export class Memberships {
  readonly #scope: Database | Transaction;

  constructor(scope: Database | Transaction) {
    this.#scope = scope;
  }

  /** All guilds the person has not left, oldest membership first, then by the guild's id. */
  async of(userId: string): Promise<MembershipRow[]> {
    const rows = await tablesOf(this.#scope).userGuild.findMany({
      where: { userId, leftAt: null },
      orderBy: [{ joinedAt: 'asc' }, { guildId: 'asc' }],
      select: { guildId: true, roles: true, discordRoles: true, joinedAt: true },
    });
    return rows.map(({ guildId, roles, discordRoles, joinedAt }) => ({
      guildId,
      roles: rolesIn(roles),
      discordRoles: rolesIn(discordRoles),
      joinedAt,
    }));
  }
}
