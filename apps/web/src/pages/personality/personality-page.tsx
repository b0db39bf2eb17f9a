import { useQuery } from '@tanstack/react-query';
import { api } from '../../app/slimy.ts';
import { PageSkeleton } from '../../layout/page-skeleton.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useGuild } from '../guild/guild-context.ts';
import { PersonalityForm } from './personality-form.tsx';

/** The character the guild's assistant speaks with. */
export function PersonalityPage() {
  const guild = useGuild();
  const personality = useQuery(api.guild.personality.get.queryOptions({ guildId: guild.id }));
  const presets = useQuery(
    api.guild.personality.presets.queryOptions(
      { guildId: guild.id },
      { staleTime: Number.POSITIVE_INFINITY },
    ),
  );
  const failed = [personality, presets].find(({ data, isError }) => !data && isError);
  return (
    <>
      <title>{`Personality of ${guild.name} · Slimy`}</title>
      {personality.data && presets.data ? (
        <PersonalityForm stored={personality.data} presets={presets.data} />
      ) : failed ? (
        <ErrorNotice error={failed.error} retry={() => failed.refetch()} />
      ) : (
        <PageSkeleton />
      )}
    </>
  );
}
