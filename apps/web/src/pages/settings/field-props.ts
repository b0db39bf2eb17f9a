import type { GuildSettings, GuildSettingsChange } from '@slimy/contract';
import type { VersionedDraft } from '../../forms/versioned-draft.ts';
import { settingsFields, type SettingsDraft } from './settings-draft.ts';

/** What every section of the form works on. */
export interface SectionProps {
  readonly draft: VersionedDraft<GuildSettings, SettingsDraft, GuildSettingsChange>;
}

type TextField = {
  [Field in keyof SettingsDraft]: string extends SettingsDraft[Field] ? Field : never;
}[keyof SettingsDraft];

const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

/** Everything a text field needs: label, value, problem, and where it stands to its description. */
export function textProps(draft: SectionProps['draft'], field: TextField) {
  return {
    label: settingsFields[field],
    error: draft.problems[field],
    inputWrapperOrder: order,
    onBlur: () => draft.visit(field),
    value: draft.values[field],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      draft.edit({ [field]: event.currentTarget.value }),
  };
}
