import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { weekdays } from '@slimy/contract';
import classes from '../../forms/form-section.module.css';
import { FormSection } from '../../forms/form-section.tsx';
import { LabelledControl } from '../../forms/labelled-control.tsx';
import { dayNames } from '../../parts/actions.ts';
import { textProps, type SectionProps } from './field-props.ts';
import { settingsFields } from './settings-draft.ts';

const timeZones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
const days = Object.entries(dayNames).map(([value, label]) => ({ value, label }));

/** When a week begins, and what its numbers are held against. */
export function WeekSection({ draft }: SectionProps) {
  const { weekAnchor } = draft.values;
  const edit = (part: Partial<typeof weekAnchor>) => draft.edit({ weekAnchor: { ...weekAnchor, ...part } });
  const visit = () => draft.visit('weekAnchor');
  return (
    <FormSection
      title="Week"
      about="Week over week is counted from this moment to the same one a week later."
    >
      <Select
        label="Starts on"
        data={days}
        value={weekAnchor.day}
        onChange={(value) => {
          const day = weekdays.find((known) => known === value);
          if (day) edit({ day });
        }}
        onBlur={visit}
        error={draft.problems['weekAnchor.day']}
        allowDeselect={false}
      />
      <TextInput
        label="At"
        placeholder="04:30"
        value={weekAnchor.time}
        onChange={(event) => edit({ time: event.currentTarget.value })}
        onBlur={visit}
        error={draft.problems['weekAnchor.time']}
      />
      <Select
        label="Time zone"
        data={timeZones.includes(weekAnchor.timeZone) ? timeZones : [weekAnchor.timeZone, ...timeZones]}
        value={weekAnchor.timeZone}
        onChange={(timeZone) => timeZone !== null && edit({ timeZone })}
        onBlur={visit}
        error={draft.problems['weekAnchor.timeZone']}
        searchable
        limit={80}
        nothingFoundMessage="No such time zone"
        allowDeselect={false}
      />
      <TextInput
        {...textProps(draft, 'weekWindowDays')}
        description="1 to 14; empty for a whole week"
        inputMode="numeric"
      />
      <LabelledControl className={classes.wide} label={settingsFields.viewMode}>
        {(label) => (
          <SegmentedControl
            aria-labelledby={label}
            value={draft.values.viewMode}
            onChange={(value) => draft.edit({ viewMode: value === 'latest' ? 'latest' : 'baseline' })}
            data={[
              { value: 'baseline', label: 'Week’s baseline' },
              { value: 'latest', label: 'Latest scan' },
            ]}
          />
        )}
      </LabelledControl>
    </FormSection>
  );
}

/** When the club's total asks for attention. */
export function WarningsSection({ draft }: SectionProps) {
  return (
    <FormSection title="Warnings" about="The bot warns when the club’s total power leaves these limits.">
      <TextInput {...textProps(draft, 'warnTotalLow')} placeholder="No warning" inputMode="numeric" />
      <TextInput {...textProps(draft, 'warnTotalHigh')} placeholder="No warning" inputMode="numeric" />
    </FormSection>
  );
}
