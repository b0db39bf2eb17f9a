import { limits, role as roleSchema, roles, type GuildMember } from '@slimy/contract';
import type { Answer } from '../answers/answer.js';
import { person, plain } from '../answers/markdown.js';
import type { ButtonAction, Command, Request } from './command.js';
import {
  MEMBERS_PER_PAGE,
  MEMBERS_PREFIX,
  MEMBER_SEARCH_MAX,
  membersPageId,
  membersPageOf,
  type MembersPage,
} from './members-page.js';

/** `/guild members`: who is here, by name and role, page by page. */
export const guildMembers: Command = {
  path: ['guild', 'members'],
  changing: false,
  description: 'The members of this server as Slimy knows them',
  options: [
    { name: 'search', description: 'Part of a name', kind: 'text', maxLength: MEMBER_SEARCH_MAX },
    { name: 'role', description: 'Only members with this role', kind: 'text', choices: roles },
    {
      name: 'page',
      description: `Which page, ${MEMBERS_PER_PAGE} members each`,
      kind: 'whole',
      min: 1,
      max: limits.offsetMax / MEMBERS_PER_PAGE,
    },
  ],
  run: (request, options) =>
    showPage(request, {
      offset: ((options.whole('page') ?? 1) - 1) * MEMBERS_PER_PAGE,
      role: roleSchema.nullable().parse(options.text('role') ?? null),
      search: (options.text('search') ?? '').trim().slice(0, MEMBER_SEARCH_MAX),
    }),
};

/** The buttons below the list. */
export const membersPageButton: ButtonAction = {
  prefix: MEMBERS_PREFIX,
  changing: false,
  run: async (request, id) => {
    const page = membersPageOf(id);
    return page && showPage(request, page);
  },
};

async function showPage({ api, guildId }: Request, page: MembersPage): Promise<Answer> {
  const found = await api.guild.members.list.query({
    guildId,
    limit: MEMBERS_PER_PAGE,
    offset: page.offset,
    ...(page.search === '' ? {} : { search: page.search }),
    ...(page.role === null ? {} : { role: page.role }),
  });
  const total = `${found.total}${found.totalIsLowerBound ? '+' : ''}`;
  const first = page.offset + 1;
  const last = page.offset + found.items.length;
  const previous = { ...page, offset: Math.max(0, page.offset - MEMBERS_PER_PAGE) };
  const next = { ...page, offset: page.offset + MEMBERS_PER_PAGE };
  const about = [
    page.search === '' ? '' : ` named like "${plain(page.search)}"`,
    page.role === null ? '' : ` with the role ${page.role}`,
  ].join('');
  return {
    title: `Members${about}`,
    lines: found.items.length > 0 ? found.items.map(memberLine) : ['Nobody.'],
    footer: found.items.length > 0 ? `${first}–${last} of ${total}` : `0 of ${total}`,
    buttons:
      page.offset === 0 && !found.hasMore
        ? []
        : [
            { id: membersPageId(previous), label: 'Previous', disabled: page.offset === 0 },
            {
              id: membersPageId(next),
              label: 'Next',
              disabled: !found.hasMore || next.offset > limits.offsetMax,
            },
          ],
  };
}

function memberLine(member: GuildMember): string {
  const name = plain(member.globalName ?? member.username);
  return `${person(member.discordId)} ${name} · ${member.roles.join(', ')}`;
}
