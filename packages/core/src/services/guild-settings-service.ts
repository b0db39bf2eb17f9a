import type { GuildSettings, GuildSettingsChange } from '@slimy/contract';
import { AppError } from '../errors.js';
import { clubMembership, sameMembership } from '../guilds/membership-facts.js';
import type { RequestReads } from '../identity/request-reads.js';
import { changedFields, settingsFields } from '../presenters.js';
import { inServiceWords } from '../write/failures.js';
import { touches } from '../write/touches.js';
import type { Change, WritePath } from '../write/write-path.js';
import type { GuildSettingsService } from './services.js';

interface GuildSettingsServiceParts {
  readonly reads: RequestReads;
  readonly writes: WritePath;
}

const noSuchGuild = () => new AppError('not_found', 'There is no such server among yours.');

/** Somebody saved first. */
export function changedMeanwhile(currentVersion: number): AppError {
  return new AppError('changed_meanwhile', 'Somebody else saved while you were editing.', {
    currentVersion,
    remedy: 'Read it again and repeat your change.',
  });
}

function requireOrder(
  { warnTotalLow: low, warnTotalHigh: high }: GuildSettings,
  change: GuildSettingsChange,
) {
  if (low === null || high === null || low < high) return;
  const field = change.warnTotalLow === undefined ? 'warnTotalHigh' : 'warnTotalLow';
  const message = field === 'warnTotalLow' ? 'must be below warnTotalHigh' : 'must be above warnTotalLow';
  throw new AppError('invalid_input', `${field} ${message}.`, {
    fields: [{ path: ['settings', field], message }],
  });
}

/** The settings after a change; a null anchor is back to the default. */
function changedSettings(before: GuildSettings, change: GuildSettingsChange) {
  const named = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return { ...settingsFields(before), ...named };
}

/** Lets the role `club` follow the Discord role that the guild names for it now. */
async function followClubRole(
  change: Change,
  guildId: string,
  before: string | null,
  after: string | null,
): Promise<void> {
  const { members } = change.repositories.guild(guildId);
  const roleIds = [before, after].filter((id) => id !== null);
  const affected = await members.withDiscordRole(roleIds);
  const changed = affected
    .map((member) => ({ member, state: clubMembership(member, after) }))
    .filter(({ member, state }) => !sameMembership(member, state));
  await members.save(
    changed.map(({ member, state }) => ({ ...member, ...state })),
    change.now,
  );
  if (changed.length === 0) return;
  change.touch(touches.wholeGuild(guildId));
  change.announce(guildId, 'members');
}

export function createGuildSettingsService({
  reads,
  writes,
}: GuildSettingsServiceParts): GuildSettingsService {
  return {
    get: ({ actor }, { guildId }) =>
      inServiceWords(async () => {
        const guild = await reads.guild(actor, guildId);
        if (guild === null) throw noSuchGuild();
        return guild.settings;
      }),

    async update(caller, { guildId, version, settings: wanted }) {
      const touched = touches.guild(guildId);
      const foreseen = wanted.clubRoleId === undefined ? [touched] : [touched, touches.wholeGuild(guildId)];
      return writes.change(caller, foreseen, async (change) => {
        const scope = change.repositories.guild(guildId);
        if ((await scope.locked()) === null) throw noSuchGuild();
        const before = await scope.settings.get();
        if (before.version !== version) throw changedMeanwhile(before.version);
        const fields = changedSettings(before, wanted);
        await scope.settings.save(fields, version + 1, change.now);
        const after = await scope.settings.get();
        requireOrder(after, wanted);
        const difference = changedFields(settingsFields(before), settingsFields(after));
        if (before.clubRoleId !== after.clubRoleId) {
          await followClubRole(change, guildId, before.clubRoleId, after.clubRoleId);
        }
        change.touch(touched);
        change.announce(guildId, 'settings');
        change.audit({
          action: 'guild.settings.update',
          resourceType: 'guild_settings',
          resourceId: guildId,
          guildId,
          ...difference,
        });
        return after;
      });
    },
  };
}
