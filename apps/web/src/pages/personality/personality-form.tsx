import { Alert } from '@mantine/core';
import {
  personalityChange as changeSchema,
  type GuildPersonality,
  type PersonalityChange,
} from '@slimy/contract';
import { api } from '../../app/slimy.ts';
import { useVersionedDraft, type VersionedDraft } from '../../forms/versioned-draft.ts';
import { VersionedForm } from '../../forms/versioned-form.tsx';
import { useAbility, useGuild } from '../guild/guild-context.ts';
import {
  fieldNames,
  personalityChange,
  personalityDraft,
  personalityFields,
  type PersonalityDraft,
  type Preset,
} from './personality-draft.ts';
import { PresetSection } from './preset-section.tsx';
import { PreviewSection } from './preview-section.tsx';
import { PromptSection, SamplingSection, StyleSection } from './trait-sections.tsx';

/** What every section of the form works on. */
export interface SectionProps {
  readonly draft: VersionedDraft<GuildPersonality, PersonalityDraft, PersonalityChange>;
}

interface Props {
  readonly stored: GuildPersonality;
  readonly presets: readonly Preset[];
}

/** The character of the guild's assistant in one form, with what comes of it. */
export function PersonalityForm({ stored, presets }: Props) {
  const guild = useGuild();
  const mayChange = useAbility('manage_settings');
  const draft = useVersionedDraft({
    stored,
    fields: fieldNames,
    draftOf: personalityDraft,
    changeOf: personalityChange,
    schema: changeSchema,
  });
  return (
    <VersionedForm
      draft={draft}
      stored={stored}
      names={personalityFields}
      mutation={api.guild.personality.update.mutationOptions()}
      inputOf={(personality, version) => ({ guildId: guild.id, version, personality })}
      under={['personality']}
      queryKey={api.guild.personality.get.queryKey({ guildId: guild.id })}
      saved="The personality is saved."
      readOnly={!mayChange}
    >
      {!mayChange && (
        <Alert color="gray" variant="light">
          You can look at the personality; changing it takes the role editor or above.
        </Alert>
      )}
      <PresetSection draft={draft} presets={presets} />
      <StyleSection draft={draft} />
      <PromptSection draft={draft} />
      <SamplingSection draft={draft} />
      <PreviewSection draft={draft} />
    </VersionedForm>
  );
}
