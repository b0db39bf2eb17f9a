import { z } from 'zod';
import { parseForm } from './form.js';
import { refusals } from './refusals.js';
import { ok, type RestRoute } from './rest-call.js';
import { guildShape, memberShape, roleShapes } from './shapes.js';
import type { FakeWorld } from './world.js';
import type { FakeGuild, FakeMember } from './world-types.js';

const memberPage = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(1),
  after: z.coerce.bigint().default(0n),
});

/** What a bot may ask about guilds: the guild, its roles, its members. */
export function guildRoutes(world: FakeWorld, mayListMembers: () => boolean): RestRoute[] {
  const shape = (member: FakeMember) => memberShape(world.person(member.personId), member);

  /** The guild, if the bot is in it; Discord does not tell an absent bot more than that. */
  const reachable = (guildId = ''): FakeGuild => {
    const guild = world.guilds.get(guildId);
    if (!guild) throw refusals.unknownGuild();
    if (!world.hasBot(guild)) throw refusals.missingAccess();
    return guild;
  };

  return [
    {
      method: 'GET',
      pattern: '/guilds/:guildId',
      access: 'bot',
      answer: ({ params, query }) => {
        const guild = world.guilds.get(params['guildId'] ?? '');
        if (!guild || !world.hasBot(guild)) throw refusals.unknownGuild();
        const counts = { approximate_member_count: guild.members.size, approximate_presence_count: 0 };
        return ok({ ...guildShape(guild), ...(query.get('with_counts') === 'true' ? counts : {}) });
      },
    },
    {
      method: 'GET',
      pattern: '/guilds/:guildId/roles',
      access: 'bot',
      answer: ({ params }) => ok(roleShapes(reachable(params['guildId']))),
    },
    {
      method: 'GET',
      pattern: '/guilds/:guildId/members/:userId',
      access: 'bot',
      answer: ({ params }) => {
        const guild = reachable(params['guildId']);
        const userId = params['userId'] ?? '';
        const member = guild.members.get(userId);
        if (!member) throw world.people.has(userId) ? refusals.unknownMember() : refusals.unknownUser();
        return ok(shape(member));
      },
    },
    {
      method: 'GET',
      pattern: '/guilds/:guildId/members',
      access: 'bot',
      answer: ({ params, query }) => {
        const guild = reachable(params['guildId']);
        if (!mayListMembers()) throw refusals.missingAccess();
        const { limit, after } = parseForm(memberPage, Object.fromEntries(query));
        const page = [...guild.members.values()]
          .map((member) => ({ member, id: BigInt(member.personId) }))
          .filter(({ id }) => id > after)
          .sort((left, right) => (left.id < right.id ? -1 : 1))
          .slice(0, limit);
        return ok(page.map(({ member }) => shape(member)));
      },
    },
  ];
}
