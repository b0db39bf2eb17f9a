import type { Database } from '@slimy/db';
import type { Clock } from '../clock.js';
import { exportData } from '../lifecycle/data-export.js';
import type { GuildErasure } from '../lifecycle/guild-erasure.js';
import { inServiceWords } from '../write/failures.js';
import type { WritePath } from '../write/write-path.js';
import type { LifecycleService } from './services.js';

interface LifecycleServiceParts {
  readonly database: Database;
  readonly writes: WritePath;
  readonly clock: Clock;
  readonly guildErasure: GuildErasure;
}

export function createLifecycleService(parts: LifecycleServiceParts): LifecycleService {
  const { database, writes, clock, guildErasure } = parts;
  return {
    async exportGuild(caller, { guildId }) {
      const file = await inServiceWords(() => exportData(database, { guildId }, clock.now()));
      await writes.change(caller, [], async (change) => {
        const details = { rows: file.rowCount };
        change.audit({
          action: 'guild.export',
          resourceType: 'guild',
          resourceId: guildId,
          guildId,
          details,
        });
      });
      return file;
    },

    async eraseGuild(caller, { guildId, confirmName }) {
      await guildErasure.erase(caller, guildId, confirmName);
      return { ok: true };
    },
  };
}
