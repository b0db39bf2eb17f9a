import { SegmentedControl, Select, Skeleton, Switch, useMantineColorScheme } from '@mantine/core';
import { languages, themes, type UserSettings, type UserSettingsChange } from '@slimy/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../app/slimy.ts';
import classes from '../../forms/form-section.module.css';
import { FormSection } from '../../forms/form-section.tsx';
import { LabelledControl } from '../../forms/labelled-control.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { failureToast } from '../../parts/failure-toast.ts';
import { preferencesOptions, themeOfScheme, useChooseTheme } from '../../session/chosen-theme.ts';

const languageNames: Record<(typeof languages)[number], string> = {
  en: 'English',
  es: 'Español',
  fr: 'Français',
  de: 'Deutsch',
  pt: 'Português',
  ja: '日本語',
  zh: '中文',
};

const themeNames: Record<(typeof themes)[number], string> = {
  system: 'As the system',
  light: 'Light',
  dark: 'Dark',
};

/** What a person prefers; each choice is saved at once. */
export function PreferencesSection() {
  const preferences = useQuery(preferencesOptions);
  if (preferences.data) return <Preferences preferences={preferences.data} />;
  if (preferences.isPending) return <Skeleton height={180} radius="lg" />;
  return <ErrorNotice error={preferences.error} retry={() => preferences.refetch()} />;
}

function Preferences({ preferences }: { readonly preferences: UserSettings }) {
  const { colorScheme } = useMantineColorScheme();
  const chooseTheme = useChooseTheme(true);
  const { queryKey } = preferencesOptions;
  const update = useMutation(
    api.user.settings.update.mutationOptions({
      onSuccess: (saved) => queryClient.setQueryData(queryKey, saved),
      onError: failureToast,
    }),
  );
  // What was chosen shows while it is being saved, and goes back when that fails.
  const pending: UserSettingsChange = update.isPending ? update.variables : {};
  const shown = { ...preferences, ...pending };
  return (
    <>
      <FormSection title="Look" about="Your choice holds in every browser you sign in with.">
        <LabelledControl className={classes.wide} label="Colours">
          {(label) => (
            <SegmentedControl
              aria-labelledby={label}
              value={themeOfScheme(colorScheme)}
              data={themes.map((value) => ({ value, label: themeNames[value] }))}
              onChange={chooseTheme}
            />
          )}
        </LabelledControl>
      </FormSection>
      <FormSection
        title="Answers"
        about="How the bot and the assistant answer you. These pages are in English."
      >
        <Select
          label="Language"
          data={languages.map((value) => ({ value, label: languageNames[value] }))}
          value={pending.language ?? preferences.language}
          allowDeselect={false}
          onChange={(value) => {
            const language = languages.find((known) => known === value);
            if (language) update.mutate({ language });
          }}
        />
        <Switch
          className={classes.wide}
          label="Formatted text in the chat"
          checked={shown.chatMarkdown}
          onChange={(event) => update.mutate({ chatMarkdown: event.currentTarget.checked })}
        />
        <Switch
          className={classes.wide}
          label="Hide strong language in the chat"
          checked={shown.chatProfanityFilter}
          onChange={(event) => update.mutate({ chatProfanityFilter: event.currentTarget.checked })}
        />
      </FormSection>
    </>
  );
}
