import { Switch, Textarea, TextInput } from '@mantine/core';
import { limits } from '@slimy/contract';
import classes from '../../forms/form-section.module.css';
import { FormSection } from '../../forms/form-section.tsx';
import { grouped } from '../../parts/numbers.ts';
import { textProps, type SectionProps } from './field-props.ts';

/** What people outside may see. */
export function PublicSection({ draft }: SectionProps) {
  return (
    <FormSection title="Public page" about="A summary of the club without the names of its members.">
      <Switch
        className={classes.wide}
        label="Everybody may see the club’s summary"
        checked={draft.values.allowPublic}
        onChange={(event) => draft.edit({ allowPublic: event.currentTarget.checked })}
      />
    </FormSection>
  );
}

/** What the assistant may spend. */
export function AssistantSection({ draft }: SectionProps) {
  return (
    <FormSection title="Assistant" about="How much the AI assistant may answer in this guild.">
      <TextInput
        {...textProps(draft, 'aiTokensPerMinute')}
        placeholder="The server’s default"
        inputMode="numeric"
      />
    </FormSection>
  );
}

/** What the people who run the guild want to remember. */
export function NotesSection({ draft }: SectionProps) {
  const left = limits.notesMax - draft.values.notes.length;
  return (
    <FormSection title="Notes" about="For everybody in the guild to read, for editors to write.">
      <Textarea
        {...textProps(draft, 'notes')}
        className={classes.wide}
        description={left < 500 ? `${grouped(left)} characters left` : undefined}
        autosize
        minRows={3}
        maxRows={12}
      />
    </FormSection>
  );
}
