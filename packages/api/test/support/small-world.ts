import type { Core } from '@slimy/core';
import type { Database } from '@slimy/db';
import type { FakeDiscord } from '@slimy/testing';
import { world, type WorldIds } from '../../../core/test/support/stored-world.ts';

export {
  club,
  other,
  settleGuild,
  settlePeople,
  settleWorld,
  world,
} from '../../../core/test/support/stored-world.ts';

/** A core over a database where the small world is settled. */
export interface SeededWorld {
  readonly core: Core;
  readonly database: Database;
  readonly ids: WorldIds;
}

const ADMINISTRATOR = 8n;
const MANAGE_ROLES = 0x1000_0000n;
/** Tells the fake Discord of the same people and guilds. */
export function settleDiscord({ world: discord }: FakeDiscord): void {
  for (const { discordId, username, globalName } of Object.values(world.people)) {
    discord.addPerson({ id: discordId, username, globalName });
  }
  for (const { id, name, ownerDiscordId } of Object.values(world.guilds)) {
    discord.addGuild({ id, name, ownerId: ownerDiscordId });
    const admins = discord.addRole(id, { name: 'Admins', permissions: ADMINISTRATOR });
    const editors = discord.addRole(id, { name: 'Editors', permissions: MANAGE_ROLES });
    for (const { discordId, discordRoles, leftAt, guildId } of world.memberships) {
      if (guildId !== id || leftAt !== null || discordId === ownerDiscordId) continue;
      const roleIds = [
        ...(discordRoles.includes('admin') ? [admins.id] : []),
        ...(discordRoles.includes('editor') ? [editors.id] : []),
      ];
      discord.addMember(id, discordId, { roleIds });
    }
  }
}
