import { personalityPresets, type GuildPersonality } from '@slimy/contract';
import type { Caller } from '../caller.js';
import { AppError } from '../errors.js';
import {
  changedPersonality,
  composedPrompt,
  personalityPresetTraits,
} from '../guilds/personality-presets.js';
import type { RequestReads } from '../identity/request-reads.js';
import { changedFields } from '../presenters.js';
import type { Queries } from '../queries/cached-query.js';
import { savedPersonality } from '../queries/guilds.js';
import { inServiceWords } from '../write/failures.js';
import { touches } from '../write/touches.js';
import type { WritePath } from '../write/write-path.js';
import { changedMeanwhile } from './guild-settings-service.js';
import type { GuildPersonalityService } from './services.js';

interface GuildPersonalityServiceParts {
  readonly queries: Queries;
  readonly reads: RequestReads;
  readonly writes: WritePath;
}

type Fields = Omit<GuildPersonality, 'version' | 'updatedAt'>;

/** What holds until a guild chooses. */
const unsetPersonality: GuildPersonality = {
  ...personalityPresetTraits.friendly,
  preset: 'friendly',
  version: 0,
  updatedAt: null,
};

const noSuchGuild = () => new AppError('not_found', 'There is no such server among yours.');

function fieldsOf(personality: GuildPersonality): Fields {
  const { preset, systemPrompt, temperature, topP, tone, formality, humor, emojis } = personality;
  return { preset, systemPrompt, temperature, topP, tone, formality, humor, emojis };
}

export function createGuildPersonalityService(parts: GuildPersonalityServiceParts): GuildPersonalityService {
  const { queries, reads, writes } = parts;

  const stored = async (guildId: string) =>
    (await queries.read(savedPersonality, guildId)) ?? unsetPersonality;

  /**
   * Saves what `next` makes of the stored one; nothing is written when it stays the same. `version` is the one
   * that was read; null takes whatever stands.
   */
  async function save(
    caller: Caller,
    { guildId, version, action }: { guildId: string; version: number | null; action: string },
    next: (before: GuildPersonality) => Fields,
  ): Promise<GuildPersonality> {
    const touched = touches.personality(guildId);
    return writes.change(caller, [touched], async (change) => {
      const scope = change.repositories.guild(guildId);
      if ((await scope.locked()) === null) throw noSuchGuild();
      const before = (await scope.personality.get()) ?? unsetPersonality;
      if (version !== null && before.version !== version) throw changedMeanwhile(before.version);
      const fields = next(before);
      const difference = changedFields(fieldsOf(before), fields);
      if (Object.keys(difference.after).length === 0) return before;
      const after = { ...fields, version: before.version + 1, updatedAt: change.now };
      await scope.personality.save(fields, after.version, change.now);
      change.touch(touched);
      change.announce(guildId, 'personality');
      change.audit({
        action,
        resourceType: 'guild_personality',
        resourceId: guildId,
        guildId,
        ...difference,
      });
      return after;
    });
  }

  return {
    get: (_caller, { guildId }) => inServiceWords(() => stored(guildId)),

    update: (caller, { guildId, version, personality }) =>
      save(caller, { guildId, version, action: 'guild.personality.update' }, (before) =>
        changedPersonality(fieldsOf(before), personality),
      ),

    reset: (caller, { guildId, preset }) =>
      save(caller, { guildId, version: null, action: 'guild.personality.reset' }, () => ({
        preset,
        ...personalityPresetTraits[preset],
      })),

    presets: async () => personalityPresets.map((preset) => ({ preset, ...personalityPresetTraits[preset] })),

    preview: ({ actor }, { guildId, personality }) =>
      inServiceWords(async () => {
        const guild = await reads.guild(actor, guildId);
        if (guild === null) throw noSuchGuild();
        const traits = changedPersonality(fieldsOf(await stored(guildId)), personality ?? {});
        const { temperature, topP } = traits;
        return { prompt: composedPrompt(guild.row.name, traits), temperature, topP };
      }),
  };
}
