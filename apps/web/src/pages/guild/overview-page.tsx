import { List, Stack, Text, Title } from '@mantine/core';
import type { GuildDetail } from '@slimy/contract';
import { actionTexts, dayNames } from '../../parts/actions.ts';
import { dayText } from '../../parts/dates.ts';
import { grouped } from '../../parts/numbers.ts';
import { Panel } from '../../parts/panel.tsx';
import { useAbility, useGuild } from './guild-context.ts';
import classes from './guild.module.css';
import { ManageGuild } from './manage-guild.tsx';

/** A guild at a glance. */
export function OverviewPage() {
  const guild = useGuild();
  const mayManage = useAbility('manage_guild');
  return (
    <Stack gap={14}>
      <div className={classes.stats}>
        <Stat name="Members" value={grouped(guild.memberCount)} />
        <Stat name="Messages" value={grouped(guild.messageCount)} />
        <Stat name="Bot" value={guild.botPresent ? 'In the server' : 'Not in the server'} />
        <Stat name="Connected since" value={dayText(guild.createdAt)} />
      </div>
      <div className={classes.columns}>
        <ClubFacts settings={guild.settings} />
        <Panel aria-labelledby="my-abilities">
          <Title order={2} id="my-abilities" mb="sm">
            What you may do here
          </Title>
          <List spacing={6} size="sm">
            {guild.abilities.map((ability) => (
              <List.Item key={ability}>{actionTexts[ability]}</List.Item>
            ))}
          </List>
        </Panel>
      </div>
      {mayManage && <ManageGuild />}
    </Stack>
  );
}

function Stat({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <Panel>
      <dl className={classes.stat}>
        <dt>{name}</dt>
        <dd className="numbers">{value}</dd>
      </dl>
    </Panel>
  );
}

function ClubFacts({ settings }: { readonly settings: GuildDetail['settings'] }) {
  const { weekAnchor, warnTotalLow, warnTotalHigh } = settings;
  const facts = [
    ['Week starts', `${dayNames[weekAnchor.day]} ${weekAnchor.time}, ${weekAnchor.timeZone}`],
    ['Compared with', settings.viewMode === 'latest' ? 'the latest scan' : 'the week’s baseline'],
    ['Total below', warnTotalLow === null ? 'no warning' : `warn under ${grouped(warnTotalLow)}`],
    ['Total above', warnTotalHigh === null ? 'no warning' : `warn over ${grouped(warnTotalHigh)}`],
    ['Uploads', settings.uploadsEnabled ? 'on' : 'off'],
    ['Public page', settings.allowPublic ? 'everybody may see it' : 'members only'],
  ] as const;
  return (
    <Panel aria-labelledby="club-facts">
      <Title order={2} id="club-facts" mb="xs">
        The club
      </Title>
      <dl className={classes.list}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {settings.notes && (
        <Text size="sm" mt="sm" style={{ whiteSpace: 'pre-wrap' }}>
          {settings.notes}
        </Text>
      )}
    </Panel>
  );
}
