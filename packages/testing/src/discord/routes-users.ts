import { z } from 'zod';
import { parseForm } from './form.js';
import { guildPermissions } from './permissions.js';
import { refusals } from './refusals.js';
import { ok, type RestCall, type RestRoute } from './rest-call.js';
import { memberShape, userShape } from './shapes.js';
import type { FakeWorld } from './world.js';

const guildPage = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(200),
  after: z.coerce.bigint().default(0n),
  with_counts: z.enum(['true', 'false']).default('false'),
});

function signedIn(call: RestCall, scope: string): { personId: string; scopes: ReadonlySet<string> } {
  if (call.caller.kind !== 'bearer') throw refusals.unauthorized();
  if (!call.caller.scopes.has(scope)) throw refusals.missingScope();
  return call.caller;
}

/** What a person's token, or the bot, may ask about people. */
export function userRoutes(world: FakeWorld): RestRoute[] {
  return [
    {
      method: 'GET',
      pattern: '/users/@me',
      access: 'either',
      answer: (call) => {
        if (call.caller.kind === 'bot') return ok({ ...userShape(world.bot), verified: true });
        const { personId, scopes } = signedIn(call, 'identify');
        const person = world.person(personId);
        const shown = { ...userShape(person), mfa_enabled: false, locale: 'en-US', premium_type: 0 };
        return ok(scopes.has('email') ? { ...shown, email: person.email, verified: true } : shown);
      },
    },
    {
      method: 'GET',
      pattern: '/users/@me/guilds',
      access: 'bearer',
      answer: (call) => {
        const { personId } = signedIn(call, 'guilds');
        const page = parseForm(guildPage, Object.fromEntries(call.query));
        const guilds = [...world.guilds.values()]
          .filter((guild) => guild.members.has(personId) && BigInt(guild.id) > page.after)
          .sort((left, right) => (BigInt(left.id) < BigInt(right.id) ? -1 : 1))
          .slice(0, page.limit);
        return ok(
          guilds.map((guild) => ({
            id: guild.id,
            name: guild.name,
            icon: guild.icon,
            banner: null,
            owner: guild.ownerId === personId,
            permissions: guildPermissions(guild, personId).toString(),
            features: [],
            ...(page.with_counts === 'true'
              ? { approximate_member_count: guild.members.size, approximate_presence_count: 0 }
              : {}),
          })),
        );
      },
    },
    {
      method: 'GET',
      pattern: '/users/@me/guilds/:guildId/member',
      access: 'bearer',
      answer: (call) => {
        const { personId } = signedIn(call, 'guilds.members.read');
        const member = world.guilds.get(call.params['guildId'] ?? '')?.members.get(personId);
        if (!member) throw refusals.unknownGuild();
        return ok(memberShape(world.person(personId), member));
      },
    },
    {
      method: 'GET',
      pattern: '/users/:userId',
      access: 'bot',
      answer: ({ params }) => {
        const person = world.people.get(params['userId'] ?? '');
        if (!person) throw refusals.unknownUser();
        return ok(userShape(person));
      },
    },
  ];
}
