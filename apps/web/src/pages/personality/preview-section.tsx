import { Skeleton, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../app/slimy.ts';
import classes from '../../forms/form-section.module.css';
import { FormSection } from '../../forms/form-section.tsx';
import { explain } from '../../parts/error-notice.tsx';
import { useGuild } from '../guild/guild-context.ts';
import type { SectionProps } from './personality-form.tsx';
import own from './personality.module.css';

const WAIT_MS = 350;

/** What the model is told, unsaved changes included. */
export function PreviewSection({ draft }: SectionProps) {
  const guild = useGuild();
  const [change] = useDebouncedValue(draft.change, WAIT_MS);
  const preview = useQuery(
    api.guild.personality.preview.queryOptions(
      { guildId: guild.id, ...(change && { personality: change }) },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <FormSection
      title="Preview"
      about="What the model is told before each answer, with your unsaved changes."
    >
      <div className={classes.wide}>
        {preview.data && (
          // A box that scrolls can be reached by keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <pre className={own.prompt} tabIndex={0} aria-label="The prompt" aria-busy={preview.isFetching}>
            {preview.data.prompt}
          </pre>
        )}
        {preview.isPending && <Skeleton height={120} />}
        {!preview.data && preview.isError && (
          <Text size="sm" c="dimmed">
            {explain(preview.error).text}
          </Text>
        )}
      </div>
    </FormSection>
  );
}
