import { limits, type GuildDetail } from '@slimy/contract';
import type { Repositories } from '@slimy/db';
import type { Caller } from '../caller.js';
import { AppError } from '../errors.js';
import type { ConnectableGuilds } from '../guilds/connectable.js';
import type { GuildConnection } from '../guilds/connection.js';
import type { GuildFactWriter } from '../guilds/guild-facts.js';
import { placePage } from '../guilds/place-pages.js';
import type { GuildWatch } from '../guilds/watch.js';
import type { RequestReads } from '../identity/request-reads.js';
import type { GuildDeletion } from '../lifecycle/guild-deletion.js';
import { mayDo } from '../permissions/actions.js';
import { placeIn, placesOf } from '../permissions/standing.js';
import type { Presenters } from '../presenters.js';
import type { Queries } from '../queries/cached-query.js';
import { guildById, guildMemberPage } from '../queries/guilds.js';
import { standingOfUser } from '../queries/people.js';
import { inServiceWords } from '../write/failures.js';
import type { GuildService } from './services.js';

interface GuildServiceParts {
  readonly queries: Queries;
  readonly reads: RequestReads;
  readonly repositories: Repositories;
  readonly presenters: Presenters;
  readonly connectable: ConnectableGuilds;
  readonly connection: GuildConnection;
  readonly deletion: GuildDeletion;
  readonly facts: GuildFactWriter;
  readonly watch: GuildWatch;
}

const noSuchGuild = () => new AppError('not_found', 'There is no such server among yours.');

export function createGuildService(parts: GuildServiceParts): GuildService {
  const { queries, reads, repositories, presenters, connectable, connection, deletion, facts, watch } = parts;

  async function firstMembers(guildId: string) {
    const page = await queries.read(guildMemberPage, {
      guildId,
      search: undefined,
      role: undefined,
      limit: limits.pageDefault,
      cursor: undefined,
      offset: undefined,
      exactTotal: limits.exactTotalMax,
    });
    return { items: page.items.map((row) => presenters.guildMember(row)), nextCursor: page.nextCursor };
  }

  async function detail({ actor }: Caller, guildId: string, includeMembers: boolean): Promise<GuildDetail> {
    const guild = await reads.guild(actor, guildId);
    const place = placeIn(placesOf(actor, await reads.standing(actor)), guildId);
    if (guild === null || place === null) throw noSuchGuild();
    const shown = presenters.guildDetail(guild, place.roles);
    if (!includeMembers || !mayDo(place.roles, 'view_members')) return shown;
    return { ...shown, members: await firstMembers(guildId) };
  }

  return {
    connectable: (caller) => connectable.of(caller),

    connect: (caller, { guildId }) => connection.connect(caller, guildId),

    mine: (caller, page) =>
      inServiceWords(async () => {
        const places = placesOf(caller.actor, await reads.standing(caller.actor));
        const { items, nextCursor } = placePage(places, page);
        const ids = items.map(({ guildId }) => guildId);
        const stored = await queries.readMany(guildById, ids);
        const shown = items.flatMap(({ roles }, index) => {
          const guild = stored[index];
          return guild ? [presenters.guildSummary(guild.row, roles)] : [];
        });
        return { items: shown, nextCursor };
      }),

    list: (_caller, { search, limit, cursor, offset }) =>
      inServiceWords(async () => {
        const [page, count] = await Promise.all([
          repositories.guilds.page({ search, limit, cursor, offset }),
          repositories.guilds.count(search, limits.exactTotalMax),
        ]);
        return {
          items: page.items.map((row) => presenters.listedGuild(row)),
          nextCursor: page.nextCursor,
          hasMore: page.nextCursor !== null,
          total: count.total,
          totalIsLowerBound: count.isLowerBound,
        };
      }),

    byId: (caller, { guildId, includeMembers }) =>
      inServiceWords(() => detail(caller, guildId, includeMembers)),

    async refresh(caller, { guildId }) {
      await connection.refresh(caller, guildId);
      return inServiceWords(() => detail(caller, guildId, false));
    },

    async delete(caller, { guildId, confirmName }) {
      await deletion.delete(caller, guildId, confirmName);
      return { ok: true };
    },

    sync: (caller, told) => facts.sync(caller, told),

    can: (caller, { guildId, action, userId }) =>
      inServiceWords(async () => {
        const places =
          userId === undefined
            ? placesOf(caller.actor, await reads.standing(caller.actor))
            : ((await queries.read(standingOfUser, userId))?.guilds ?? []);
        const place = placeIn(places, guildId);
        if (place === null) return { allowed: false, reason: 'not_a_member', roles: [] };
        const allowed = mayDo(place.roles, action);
        return { allowed, reason: allowed ? 'role' : 'role_too_low', roles: [...place.roles] };
      }),

    onChange: (caller, { guildId }, options) => watch.changes(caller, guildId, options),
  };
}
