import type { GuildPersonality, PersonalityChange, PersonalityTraits } from '@slimy/contract';

type Preset = GuildPersonality['preset'];

/**
 * What each preset fills in (domain rules 6.9, vector `personality`). `playful-nerd` is ours: warmer than
 * `enthusiastic` is loud, so a little less random (0.8) and undecorated by emojis.
 */
export const personalityPresetTraits: Readonly<Record<Preset, PersonalityTraits>> = {
  friendly: {
    systemPrompt:
      'You are the assistant of this community. Be warm, patient and clear. Answer what was asked first, then offer one useful next step.',
    temperature: 0.7,
    topP: 1,
    tone: 'friendly',
    formality: 'neutral',
    humor: true,
    emojis: false,
  },
  'playful-nerd': {
    systemPrompt:
      'You are the assistant of this community and you love games, numbers and odd facts. Explain with curiosity, show the reasoning, and keep the fun short.',
    temperature: 0.8,
    topP: 0.95,
    tone: 'playful',
    formality: 'casual',
    humor: true,
    emojis: false,
  },
  professional: {
    systemPrompt:
      'You are the assistant of this community. Be precise and brief. State facts, name what is uncertain, and avoid small talk.',
    temperature: 0.6,
    topP: 0.9,
    tone: 'serious',
    formality: 'formal',
    humor: false,
    emojis: false,
  },
  enthusiastic: {
    systemPrompt:
      'You are the assistant of this community. Cheer people on, celebrate progress, and keep answers lively and short.',
    temperature: 0.9,
    topP: 0.95,
    tone: 'playful',
    formality: 'casual',
    humor: true,
    emojis: true,
  },
};

/** What a personality becomes by a change: a new preset fills every field that is not sent along. */
export function changedPersonality(
  stored: PersonalityTraits & { readonly preset: Preset },
  change: PersonalityChange,
): PersonalityTraits & { preset: Preset } {
  const preset = change.preset ?? stored.preset;
  const base = change.preset === undefined ? stored : personalityPresetTraits[preset];
  return {
    preset,
    systemPrompt: change.systemPrompt ?? base.systemPrompt,
    temperature: change.temperature ?? base.temperature,
    topP: change.topP ?? base.topP,
    tone: change.tone ?? base.tone,
    formality: change.formality ?? base.formality,
    humor: change.humor ?? base.humor,
    emojis: change.emojis ?? base.emojis,
  };
}

const formalityWords = { casual: 'casual', neutral: 'neither casual nor formal', formal: 'formal' } as const;

/** The system prompt a provider receives: the written character, then the style in plain sentences. */
export function composedPrompt(guildName: string, traits: PersonalityTraits): string {
  const lines = [
    traits.systemPrompt.trim(),
    `You speak in the Discord community "${guildName.replaceAll('"', "'")}".`,
    `Tone: ${traits.tone}. Language: ${formalityWords[traits.formality]}.`,
    traits.humor ? 'Humor is welcome where it fits.' : 'Do not joke.',
    traits.emojis ? 'Emojis are welcome, sparingly.' : 'Do not use emojis.',
  ];
  return lines.filter((line) => line !== '').join('\n');
}
