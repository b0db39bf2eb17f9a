import { Stack, Text, Title } from '@mantine/core';
import type { GuildDetail } from '@slimy/contract';
import { actionTexts, dayNames } from '../../parts/actions.ts';
import { dayText } from '../../parts/dates.ts';
import { CheckIcon } from '../../parts/icons.tsx';
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
        <Stack gap={14}>
          <ClubFacts settings={guild.settings} />
          {guild.settings.notes && <Notes text={guild.settings.notes} />}
        </Stack>
        <Panel aria-labelledby="my-abilities">
          <Title order={2} id="my-abilities" mb="sm">
            What you may do here
          </Title>
          <ul className={classes.abilities}>
            {guild.abilities.map((ability) => (
              <li key={ability}>
                <CheckIcon />
                {actionTexts[ability]}
              </li>
            ))}
          </ul>
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

function Notes({ text }: { readonly text: string }) {
  return (
    <Panel aria-labelledby="notes">
      <Title order={2} id="notes" mb="xs">
        Notes
      </Title>
      <Text className={classes.notes}>{text}</Text>
    </Panel>
  );
}

function ClubFacts({ settings }: { readonly settings: GuildDetail['settings'] }) {
  const { weekAnchor, warnTotalLow, warnTotalHigh } = settings;
  const facts = [
    ['Week starts', `${dayNames[weekAnchor.day]} ${weekAnchor.time}, ${weekAnchor.timeZone}`],
    ['Compared with', settings.viewMode === 'latest' ? 'Latest scan' : 'Week’s baseline'],
    ['Warn when the total is below', warnTotalLow === null ? 'Off' : grouped(warnTotalLow)],
    ['Warn when the total is above', warnTotalHigh === null ? 'Off' : grouped(warnTotalHigh)],
    ['Uploads', settings.uploadsEnabled ? 'On' : 'Off'],
    ['Public page', settings.allowPublic ? 'Everybody' : 'Members only'],
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
    </Panel>
  );
}
