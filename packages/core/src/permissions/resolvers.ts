import { z } from 'zod';
import { personOf, type Actor, type Caller } from '../caller.js';
import { AppError } from '../errors.js';
import { requireAction } from './actions.js';
import { requireKnown, requireMembership } from './membership.js';
import type { ResolverName } from './rules.js';
import { placesOf, type GuildStanding, type Standing, type StandingReader } from './standing.js';

/** A named rule: resolves when the call may go on, throws `AppError` when not. */
type Resolver = (caller: Caller, input: unknown, readers: ResolverReaders) => Promise<void>;

/** What the named rules look things up with. */
export interface ResolverReaders {
  readonly standings: StandingReader;
  /** The caller's own standing, as this request read it. */
  readonly callerStanding: (actor: Actor) => Standing | null | Promise<Standing | null>;
}

const guildMaybeNamed = z.object({ guildId: z.string().optional() });
const personNamed = z.union([z.object({ userId: z.string() }), z.object({ discordId: z.string() })]);

/** Self, operator, or who shares a guild; everybody else is told nothing, not even that the person exists. */
const seePerson: Resolver = async (caller, input, { standings, callerStanding }) => {
  const named = personNamed.parse(input);
  const self = personOf(caller.actor);
  const isSelf = 'userId' in named ? named.userId === self?.userId : named.discordId === self?.discordId;
  if (isSelf || (caller.actor.kind === 'user' && caller.actor.operator)) return;
  const [viewer, target] = await Promise.all([
    callerStanding(caller.actor),
    'userId' in named ? standings.byUserId(named.userId) : standings.byDiscordId(named.discordId),
  ]);
  const shared = new Set(placesOf(caller.actor, viewer).map(({ guildId }) => guildId));
  if (!target?.guilds.some(({ guildId }) => shared.has(guildId)))
    throw new AppError('not_found', 'There is no such person among those you share a server with.');
};

/**
 * Anybody signed in may ask; whether the guild may be connected is Discord's answer, which the service gets
 * anew each time. A token for other guilds does not reach this one.
 */
const connectGuild: Resolver = async ({ actor }, input) => {
  const { guildId } = guildMaybeNamed.parse(input);
  const bound = actor.kind === 'token' ? actor.guildIds : null;
  if (bound !== null && guildId !== undefined && !bound.includes(guildId)) {
    throw new AppError('not_found', 'There is no such server among those of this token.');
  }
};

/** Operators see the whole trail, a guild's admins that guild's, everybody their own acts. */
const seeAudit: Resolver = async (caller, input, { callerStanding }) => {
  const { actor } = caller;
  if (actor.kind === 'user' && actor.operator) return;
  const { guildId } = guildMaybeNamed.parse(input);
  if (guildId !== undefined) {
    requireAction(requireMembership(actor, await callerStanding(actor), guildId), 'view_audit');
    return;
  }
  if (personOf(actor) === null) throw new AppError('not_found', 'Nothing is known here of this person.');
};

const seeUsage: Resolver = async ({ actor }, input, { callerStanding }) => {
  const { guildId } = guildMaybeNamed.parse(input);
  if (guildId === undefined) requireKnown(actor);
  else requireAction(requireMembership(actor, await callerStanding(actor), guildId), 'view_usage');
};

const eventsNamed = z.union([z.object({ events: z.array(guildMaybeNamed) }), guildMaybeNamed]);

const recordUsage: Resolver = async ({ actor }, input, { callerStanding }) => {
  const named = eventsNamed.parse(input);
  const guildIds = ('events' in named ? named.events : [named]).map(({ guildId }) => guildId);
  const standing = await callerStanding(actor);
  for (const guildId of new Set(guildIds)) {
    if (guildId !== undefined) requireMembership(actor, standing, guildId);
  }
};

/** The bot is in guilds that are not connected; the service tells it which of its events it could not keep. */
const ingestUsage: Resolver = async (caller, input, readers) => {
  if (caller.actor.kind !== 'bot') await recordUsage(caller, input, readers);
};

const roomNamed = z.object({ guildId: z.string().optional(), adminOnly: z.boolean().optional() });

/**
 * The caller's place in the guild whose room the input names; null for a conversation, which the service finds
 * among the caller's own.
 */
async function placeOfRoom(
  { actor }: Caller,
  { guildId }: z.output<typeof roomNamed>,
  { callerStanding }: ResolverReaders,
): Promise<GuildStanding | null> {
  if (guildId !== undefined) return requireMembership(actor, await callerStanding(actor), guildId);
  requireKnown(actor);
  return null;
}

const readMessages: Resolver = async (caller, input, readers) => {
  await placeOfRoom(caller, roomNamed.parse(input), readers);
};

const writeMessages: Resolver = async (caller, input, readers) => {
  const named = roomNamed.parse(input);
  const place = await placeOfRoom(caller, named, readers);
  if (place === null) return;
  requireAction(place, 'write_chat');
  if (named.adminOnly) requireAction(place, 'read_admin_chat');
};

const personMaybeNamed = z.object({ userId: z.string().optional() });

/** Oneself, where nobody is named; an operator for anybody else. */
const selfOrOperator: Resolver = async ({ actor }, input) => {
  const { userId } = personMaybeNamed.parse(input);
  const self = personOf(actor);
  if (actor.kind === 'user' && actor.operator) return;
  if (self !== null && (userId === undefined || userId === self.userId)) return;
  throw new AppError('self_only', 'This is only for the person themselves.');
};

const useUploads: Resolver = async ({ actor }, input, { callerStanding }) => {
  const { guildId } = guildMaybeNamed.parse(input);
  if (guildId === undefined) requireKnown(actor);
  else requireAction(requireMembership(actor, await callerStanding(actor), guildId), 'upload_club_data');
};

/** The named rules. */
export const resolvers: Readonly<Record<ResolverName, Resolver>> = {
  connectGuild,
  ingestUsage,
  readMessages,
  recordUsage,
  seeAudit,
  seePerson,
  seeUsage,
  selfOrOperator,
  useUploads,
  writeMessages,
};

/** The named rules under which the bot may call by itself. */
export const openToBot: ReadonlySet<ResolverName> = new Set(['ingestUsage']);
