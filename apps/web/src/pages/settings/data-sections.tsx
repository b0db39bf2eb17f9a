import { Switch, TextInput } from '@mantine/core';
import classes from '../../forms/form-section.module.css';
import { FormSection } from '../../forms/form-section.tsx';
import { textProps, type SectionProps } from './field-props.ts';

/** Where club data comes from. */
export function UploadsSection({ draft }: SectionProps) {
  return (
    <FormSection title="Uploads" about="Who may hand in screenshots of the club, and where.">
      <Switch
        className={classes.wide}
        label="Members of the club may upload screenshots"
        checked={draft.values.uploadsEnabled}
        onChange={(event) => draft.edit({ uploadsEnabled: event.currentTarget.checked })}
      />
      <TextInput
        {...textProps(draft, 'screenshotChannelId')}
        description="The channel’s Discord ID"
        placeholder="Any channel"
        inputMode="numeric"
      />
      <TextInput
        {...textProps(draft, 'clubRoleId')}
        description="The Discord role whose members are the club"
        placeholder="No role"
        inputMode="numeric"
      />
    </FormSection>
  );
}

/** The sheet that the club's numbers go to. */
export function SheetSection({ draft }: SectionProps) {
  return (
    <FormSection title="Sheet" about="The Google sheet with the club’s numbers, linked from Discord.">
      <TextInput
        {...textProps(draft, 'sheetId')}
        className={classes.wide}
        description="Its address or its id"
        placeholder="https://docs.google.com/spreadsheets/d/…"
      />
      <TextInput {...textProps(draft, 'sheetTab')} placeholder="The first tab" />
    </FormSection>
  );
}
