import { Button, Radio, Text } from '@mantine/core';
import { personalityPreset, type GuildPersonality } from '@slimy/contract';
import { FormSection } from '../../forms/form-section.tsx';
import wide from '../../forms/form-section.module.css';
import type { Preset } from './personality-draft.ts';
import type { SectionProps } from './personality-form.tsx';
import classes from './personality.module.css';

const texts: Record<GuildPersonality['preset'], readonly [name: string, about: string]> = {
  friendly: ['Friendly', 'Warm and helpful, to everybody'],
  'playful-nerd': ['Playful nerd', 'Jokes, references, loves the details'],
  professional: ['Professional', 'Short, exact, without small talk'],
  enthusiastic: ['Enthusiastic', 'Celebrates every win with the club'],
};

/** The ready-made characters to begin with. */
export function PresetSection({ draft, presets }: SectionProps & { readonly presets: readonly Preset[] }) {
  const traitsOf = (name: string) => presets.find(({ preset }) => preset === name);
  const chosen = traitsOf(draft.values.preset);
  const differs =
    chosen && Object.entries(chosen).some(([field, value]) => traitOf(draft.values, field) !== value);
  return (
    <FormSection
      title="Character"
      about="A preset fills in everything below; change from there what you like."
    >
      <Radio.Group
        className={wide.wide}
        aria-label="Preset"
        value={draft.values.preset}
        onChange={(value) => {
          const traits = traitsOf(personalityPreset.parse(value));
          if (traits) draft.edit(traits);
        }}
      >
        <div className={classes.presets}>
          {presets.map(({ preset }) => {
            const [name, about] = texts[preset];
            return (
              <Radio.Card key={preset} value={preset} className={classes.preset} aria-label={name}>
                <Text fw={650}>{name}</Text>
                <Text size="sm" c="dimmed">
                  {about}
                </Text>
              </Radio.Card>
            );
          })}
        </div>
      </Radio.Group>
      {differs && (
        <div className={wide.wide}>
          <Button variant="subtle" size="compact-sm" onClick={() => draft.edit(chosen)}>
            Back to {texts[chosen.preset][0]} as it comes
          </Button>
        </div>
      )}
    </FormSection>
  );
}

function traitOf(values: object, field: string): unknown {
  return Object.entries(values).find(([name]) => name === field)?.[1];
}
