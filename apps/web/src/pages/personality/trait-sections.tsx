import { SegmentedControl, Slider, Switch, Text, Textarea } from '@mantine/core';
import { formalities, limits, tones } from '@slimy/contract';
import { FormSection } from '../../forms/form-section.tsx';
import classes from '../../forms/form-section.module.css';
import { LabelledControl } from '../../forms/labelled-control.tsx';
import { grouped } from '../../parts/numbers.ts';
import { personalityFields } from './personality-draft.ts';
import type { SectionProps } from './personality-form.tsx';

/** How the assistant sounds. */
export function StyleSection({ draft }: SectionProps) {
  return (
    <FormSection title="Style" about="How the assistant sounds.">
      <LabelledControl className={classes.wide} label={personalityFields.tone}>
        {(label) => (
          <SegmentedControl
            aria-labelledby={label}
            data={[...tones]}
            value={draft.values.tone}
            onChange={(tone) => draft.edit({ tone })}
          />
        )}
      </LabelledControl>
      <LabelledControl className={classes.wide} label={personalityFields.formality}>
        {(label) => (
          <SegmentedControl
            aria-labelledby={label}
            data={[...formalities]}
            value={draft.values.formality}
            onChange={(formality) => draft.edit({ formality })}
          />
        )}
      </LabelledControl>
      <Switch
        label="Makes jokes"
        checked={draft.values.humor}
        onChange={(event) => draft.edit({ humor: event.currentTarget.checked })}
      />
      <Switch
        label="Uses emojis"
        checked={draft.values.emojis}
        onChange={(event) => draft.edit({ emojis: event.currentTarget.checked })}
      />
    </FormSection>
  );
}

/** What the assistant is told about itself. */
export function PromptSection({ draft }: SectionProps) {
  const left = limits.systemPromptMax - draft.values.systemPrompt.length;
  return (
    <FormSection
      title="Instructions"
      about="In your own words: who the assistant is and what it knows of the club."
    >
      <Textarea
        className={classes.wide}
        label={personalityFields.systemPrompt}
        value={draft.values.systemPrompt}
        onChange={(event) => draft.edit({ systemPrompt: event.currentTarget.value })}
        onBlur={() => draft.visit('systemPrompt')}
        error={draft.problems.systemPrompt}
        description={left < 500 ? `${grouped(left)} characters left` : undefined}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autosize
        minRows={4}
        maxRows={14}
      />
    </FormSection>
  );
}

/** How freely the model chooses its words. */
export function SamplingSection({ draft }: SectionProps) {
  return (
    <FormSection
      title="Imagination"
      about="How freely the model chooses its words. The preset’s values suit most guilds."
    >
      <LabelledControl label={personalityFields.temperature}>
        {(label) => (
          <Slider
            thumbProps={{ 'aria-labelledby': label }}
            min={0}
            max={2}
            step={0.1}
            value={draft.values.temperature}
            onChange={(temperature) => draft.edit({ temperature })}
          />
        )}
      </LabelledControl>
      <LabelledControl label={personalityFields.topP}>
        {(label) => (
          <Slider
            thumbProps={{ 'aria-labelledby': label }}
            min={0}
            max={1}
            step={0.05}
            value={draft.values.topP}
            onChange={(topP) => draft.edit({ topP })}
          />
        )}
      </LabelledControl>
      <Text className={classes.wide} size="sm" c="dimmed">
        Temperature {draft.values.temperature}, top P {draft.values.topP}
      </Text>
    </FormSection>
  );
}
