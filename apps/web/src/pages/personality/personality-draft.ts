import type { GuildPersonality, OutputOf, PersonalityTraits } from '@slimy/contract';

/** A personality as the form holds it. */
export type PersonalityDraft = PersonalityTraits & { preset: GuildPersonality['preset'] };

/** One of the presets with its traits. */
export type Preset = OutputOf<'guild.personality.presets'>[number];

/** The fields by the names the form gives them, in the form's order. */
export const personalityFields: Record<keyof PersonalityDraft, string> = {
  preset: 'Preset',
  systemPrompt: 'Instructions',
  tone: 'Tone',
  formality: 'Formality',
  humor: 'Humour',
  emojis: 'Emojis',
  temperature: 'Temperature',
  topP: 'Top P',
};

const isField = (name: string): name is keyof PersonalityDraft => Object.hasOwn(personalityFields, name);
export const fieldNames = Object.keys(personalityFields).filter(isField);

/** What the form shows of a stored personality. */
export function personalityDraft(stored: GuildPersonality): PersonalityDraft {
  const { preset, systemPrompt, tone, formality, humor, emojis, temperature, topP } = stored;
  return { preset, systemPrompt, tone, formality, humor, emojis, temperature, topP };
}

/** The contract's input. A new preset would fill in whatever is not sent along, so then everything is. */
export function personalityChange(
  draft: PersonalityDraft,
  changed: readonly (keyof PersonalityDraft)[],
): unknown {
  const fields = changed.includes('preset') ? fieldNames : changed;
  return Object.fromEntries(fields.map((field) => [field, draft[field]]));
}
