import { useQuery } from '@tanstack/react-query';
import { api } from '../../app/slimy.ts';
import { PageSkeleton } from '../../layout/page-skeleton.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useGuild } from '../guild/guild-context.ts';
import { SettingsForm } from './settings-form.tsx';

/** The settings of a guild, to be changed by who may. */
export function SettingsPage() {
  const guild = useGuild();
  const settings = useQuery(api.guild.settings.get.queryOptions({ guildId: guild.id }));
  return (
    <>
      <title>{`Settings of ${guild.name} · Slimy`}</title>
      {settings.data && <SettingsForm stored={settings.data} />}
      {settings.isPending && <PageSkeleton />}
      {!settings.data && settings.isError && (
        <ErrorNotice error={settings.error} retry={() => settings.refetch()} />
      )}
    </>
  );
}
