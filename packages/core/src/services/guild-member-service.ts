import { limits, type BulkResult } from '@slimy/contract';
import type { MemberWriter } from '../guilds/member-writer.js';
import type { createMemberSync } from '../guilds/member-sync.js';
import { AppError } from '../errors.js';
import type { Presenters } from '../presenters.js';
import type { Queries } from '../queries/cached-query.js';
import { guildMemberPage } from '../queries/guilds.js';
import { inServiceWords } from '../write/failures.js';
import type { GuildMemberService } from './services.js';

interface GuildMemberServiceParts {
  readonly queries: Queries;
  readonly writer: MemberWriter;
  readonly sync: ReturnType<typeof createMemberSync>;
  readonly presenters: Presenters;
}

function onlyUserId({ results }: BulkResult): string {
  const userId = results[0]?.userId;
  if (!userId) throw new AppError('internal', 'A change of one member named nobody.');
  return userId;
}

export function createGuildMemberService(parts: GuildMemberServiceParts): GuildMemberService {
  const { queries, writer, sync, presenters } = parts;
  const many = { single: false, field: 'members' } as const;
  const one = { partial: false, single: true, field: 'members' } as const;

  return {
    list: (_caller, { guildId, search, role, limit, cursor, offset }) =>
      inServiceWords(async () => {
        const exactTotal = limits.exactTotalMax;
        const request = { guildId, search, role, limit, cursor, offset, exactTotal };
        const { items, nextCursor, count } = await queries.read(guildMemberPage, request);
        return {
          items: items.map((row) => presenters.guildMember(row)),
          nextCursor,
          hasMore: nextCursor !== null,
          total: count.total,
          totalIsLowerBound: count.isLowerBound,
        };
      }),

    async add(caller, { guildId, discordId, roles }) {
      const wanted = [{ kind: 'add', discordId, roles } as const];
      const result = await writer.change(caller, { guildId, wanted, action: 'guild.member.add', ...one });
      return presenters.guildMember(await writer.member(guildId, onlyUserId(result)));
    },

    async setRoles(caller, { guildId, userId, roles }) {
      const wanted = [{ kind: 'setRoles', userId, roles } as const];
      await writer.change(caller, { guildId, wanted, action: 'guild.member.set_roles', ...one });
      return presenters.guildMember(await writer.member(guildId, userId));
    },

    async remove(caller, { guildId, userId }) {
      const wanted = [{ kind: 'remove', userId } as const];
      await writer.change(caller, { guildId, wanted, action: 'guild.member.remove', ...one });
      return { ok: true };
    },

    addMany: (caller, { guildId, members, partial }) => {
      const wanted = members.map((member) => ({ kind: 'add', ...member }) as const);
      return writer.change(caller, { guildId, wanted, action: 'guild.member.add', partial, ...many });
    },

    setRolesMany: (caller, { guildId, members, partial }) => {
      const wanted = members.map((member) => ({ kind: 'setRoles', ...member }) as const);
      const action = 'guild.member.set_roles';
      return writer.change(caller, { guildId, wanted, action, partial, ...many });
    },

    removeMany: (caller, { guildId, userIds, partial }) => {
      const wanted = userIds.map((userId) => ({ kind: 'remove', userId }) as const);
      return writer.change(caller, {
        guildId,
        wanted,
        action: 'guild.member.remove',
        partial,
        single: false,
        field: 'userIds',
      });
    },

    sync: (caller, input) => sync(caller, input),
  };
}
