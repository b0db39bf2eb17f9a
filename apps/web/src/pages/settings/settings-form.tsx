import { Alert } from '@mantine/core';
import { guildSettingsChange, type GuildSettings } from '@slimy/contract';
import { api } from '../../app/slimy.ts';
import { useVersionedDraft } from '../../forms/versioned-draft.ts';
import { VersionedForm } from '../../forms/versioned-form.tsx';
import { useAbility, useGuild } from '../guild/guild-context.ts';
import { AssistantSection, NotesSection, PublicSection } from './about-sections.tsx';
import { SheetSection, UploadsSection } from './data-sections.tsx';
import { settingsChange, settingsDraft, settingsFields, type SettingsDraft } from './settings-draft.ts';
import { WarningsSection, WeekSection } from './week-sections.tsx';

const isField = (name: string): name is keyof SettingsDraft => Object.hasOwn(settingsFields, name);
const fields = Object.keys(settingsFields).filter(isField);

/** All settings of a guild in one form. */
export function SettingsForm({ stored }: { readonly stored: GuildSettings }) {
  const guild = useGuild();
  const mayChange = useAbility('manage_settings');
  const draft = useVersionedDraft({
    stored,
    fields,
    draftOf: settingsDraft,
    changeOf: settingsChange,
    schema: guildSettingsChange,
  });
  return (
    <VersionedForm
      draft={draft}
      stored={stored}
      names={settingsFields}
      mutation={api.guild.settings.update.mutationOptions()}
      inputOf={(settings, version) => ({ guildId: guild.id, version, settings })}
      under={['settings']}
      queryKey={api.guild.settings.get.queryKey({ guildId: guild.id })}
      saved="The settings are saved."
      readOnly={!mayChange}
    >
      {!mayChange && (
        <Alert color="gray" variant="light">
          You can look at the settings; changing them takes the role editor or above.
        </Alert>
      )}
      <WeekSection draft={draft} />
      <WarningsSection draft={draft} />
      <UploadsSection draft={draft} />
      <SheetSection draft={draft} />
      <PublicSection draft={draft} />
      <AssistantSection draft={draft} />
      <NotesSection draft={draft} />
    </VersionedForm>
  );
}
