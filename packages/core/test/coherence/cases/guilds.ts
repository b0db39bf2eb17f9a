import {
  guildById,
  guildMemberPage,
  savedPersonality,
  type MemberPageRequest,
} from '../../../src/queries/guilds.ts';
import { personFacts, presentMember } from '@slimy/testing';
import { parsed } from '../../support/calls.ts';
import { club, other, theBot, world } from '../../support/settle-world.ts';
import { queryCase, type DomainCases, type MutationCase } from '../case.ts';
import { newcomer, unconnectedGuild } from '../coherence-world.ts';

const guildIds = () => [club, other, unconnectedGuild];

const memberPages = (): MemberPageRequest[] =>
  guildIds().flatMap((guildId) =>
    [
      { search: undefined, role: undefined, offset: 0 },
      { search: undefined, role: 'admin' as const, offset: 0 },
      { search: world.people.member.username, role: undefined, offset: undefined },
    ].map((filter) => ({ guildId, limit: 50, cursor: undefined, exactTotal: 1000, ...filter })),
  );

const outsider = world.people.outsider.discordId;

const memberMutations: DomainCases['mutations'] = {
  'guild.members.add': async ({ core, as }) => {
    const caller = await as('owner');
    const input = { guildId: club, discordId: outsider, roles: [] };
    return () => core.services.members.add(caller, input);
  },
  'guild.members.setRoles': async ({ core, as, ids }) => {
    const caller = await as('owner');
    const input = { guildId: club, userId: ids.member, roles: ['club' as const] };
    return () => core.services.members.setRoles(caller, input);
  },
  'guild.members.remove': async ({ core, as, ids }) => {
    const caller = await as('owner');
    return () => core.services.members.remove(caller, { guildId: club, userId: ids.member });
  },
  'guild.members.addMany': async ({ core, as }) => {
    const caller = await as('owner');
    const input = { guildId: club, members: [{ discordId: outsider }] };
    return () => core.services.members.addMany(caller, parsed('guild.members.addMany', input));
  },
  'guild.members.setRolesMany': async ({ core, as, ids }) => {
    const caller = await as('owner');
    const members = [
      { userId: ids.member, roles: ['editor'] },
      { userId: ids.club, roles: [] },
    ];
    const input = parsed('guild.members.setRolesMany', { guildId: club, members });
    return () => core.services.members.setRolesMany(caller, input);
  },
  'guild.members.removeMany': async ({ core, as, ids }) => {
    const caller = await as('owner');
    const input = { guildId: club, userIds: [ids.member, ids.club] };
    return () => core.services.members.removeMany(caller, parsed('guild.members.removeMany', input));
  },
  'guild.members.sync': async ({ core }) => {
    const members = [
      presentMember(personFacts(newcomer, { username: 'newcomer' })),
      presentMember({ ...world.people.member, username: 'benjamin' }),
      { kind: 'left', discordId: world.people.club.discordId },
    ];
    const input = parsed('guild.members.sync', { guildId: club, members });
    return () => core.services.members.sync(theBot, input);
  },
};

const resetPersonality: MutationCase = async ({ core, as }) => {
  const caller = await as('editor');
  await core.services.personality.update(caller, {
    guildId: club,
    version: 0,
    personality: { humor: false },
  });
  const input = parsed('guild.personality.reset', { guildId: club });
  return () => core.services.personality.reset(caller, input);
};

/** Guilds, their settings and character, and who is in them. */
export const guildCases: DomainCases = {
  queries: [
    queryCase(guildById, guildIds),
    queryCase(savedPersonality, guildIds),
    queryCase(guildMemberPage, memberPages),
  ],
  mutations: {
    ...memberMutations,
    'guild.connect': async ({ core, as }) => {
      const caller = await as('owner');
      return () => core.services.guilds.connect(caller, { guildId: unconnectedGuild });
    },
    'guild.refresh': async ({ core, as, discord }) => {
      const caller = await as('owner');
      discord.world.changeGuild(club, { name: 'Renamed in Discord', ownerId: world.people.admin.discordId });
      return () => core.services.guilds.refresh(caller, { guildId: club });
    },
    'guild.sync': async ({ core }) => {
      const { id: guildId, name, icon, ownerDiscordId } = world.guilds.club;
      const fact = { guildId, name: `${name}, renamed`, icon, ownerDiscordId, botPresent: true };
      return () => core.services.guilds.sync(theBot, fact);
    },
    'guild.delete': async ({ core, as }) => {
      const caller = await as('owner');
      const input = { guildId: club, confirmName: world.guilds.club.name };
      return () => core.services.guilds.delete(caller, input);
    },
    'guild.settings.update': async ({ core, as }) => {
      const caller = await as('editor');
      const input = { guildId: club, version: 0, settings: { notes: 'changed' } };
      return () => core.services.guildSettings.update(caller, input);
    },
    'guild.personality.update': async ({ core, as }) => {
      const caller = await as('editor');
      const input = { guildId: club, version: 0, personality: { preset: 'professional' as const } };
      return () => core.services.personality.update(caller, input);
    },
    'guild.personality.reset': resetPersonality,
  },
};
