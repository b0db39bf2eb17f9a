import { z } from 'zod';
import { limits } from '../limits.js';
import { readVersion, snowflake, storedText } from '../scalars.js';
import { mutation, query } from './procedure.js';

export const personalityPresets = ['friendly', 'playful-nerd', 'professional', 'enthusiastic'] as const;
export const personalityPreset = z.enum(personalityPresets);
export const tones = ['neutral', 'friendly', 'playful', 'serious'] as const;
export const formalities = ['casual', 'neutral', 'formal'] as const;

/** The fields of a personality that a preset fills (vector `personality`). */
export const personalityTraits = z.object({
  systemPrompt: storedText(z.string().max(limits.systemPromptMax)),
  temperature: z.number().min(0).max(2),
  topP: z.number().min(0).max(1),
  tone: z.enum(tones),
  formality: z.enum(formalities),
  humor: z.boolean(),
  emojis: z.boolean(),
});
export type PersonalityTraits = z.infer<typeof personalityTraits>;

/** The character the guild's assistant speaks with. */
export const guildPersonality = personalityTraits.extend({
  preset: personalityPreset,
  version: z.int().min(0),
  updatedAt: z.date().nullable(),
});
export type GuildPersonality = z.infer<typeof guildPersonality>;

/** A change: a new preset takes its values for every field that is not sent along. */
export const personalityChange = z
  .strictObject({ preset: personalityPreset, ...personalityTraits.shape })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'name at least one field to change');
export type PersonalityChange = z.infer<typeof personalityChange>;

export const guildPersonalityProcedures = {
  'guild.personality.get': query(z.strictObject({ guildId: snowflake }), guildPersonality),
  'guild.personality.update': mutation(
    z.strictObject({ guildId: snowflake, version: readVersion, personality: personalityChange }),
    guildPersonality,
  ),
  'guild.personality.reset': mutation(
    z.strictObject({ guildId: snowflake, preset: personalityPreset.default('friendly') }),
    guildPersonality,
  ),
  'guild.personality.presets': query(
    z.strictObject({ guildId: snowflake }),
    z.array(personalityTraits.extend({ preset: personalityPreset })),
  ),
  /** The prompt that would be sent to a provider, composed from the stored or the given personality. */
  'guild.personality.preview': query(
    z.strictObject({ guildId: snowflake, personality: personalityChange.optional() }),
    z.object({ prompt: z.string(), temperature: z.number(), topP: z.number() }),
  ),
} as const;
