import type { Session } from '@slimy/contract';
import type { Repositories } from '@slimy/db';
import { personOf, type Actor, type Caller } from '../caller.js';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import type { LoginNotices } from '../identity/discord/login-notices.js';
import type { RequestReads } from '../identity/request-reads.js';
import type { SessionLife } from '../identity/sessions.js';
import { requirePerson } from '../permissions/require-person.js';
import { placesOf } from '../permissions/standing.js';
import type { Presenters } from '../presenters.js';
import type { Queries } from '../queries/cached-query.js';
import { guildById } from '../queries/guilds.js';
import { userById } from '../queries/people.js';
import { inServiceWords } from '../write/failures.js';
import type { SessionService } from './services.js';

interface SessionServiceParts {
  readonly queries: Queries;
  readonly reads: RequestReads;
  readonly repositories: Repositories;
  readonly sessions: SessionLife;
  readonly notices: LoginNotices;
  readonly presenters: Presenters;
  readonly clock: Clock;
  /** Whether the database is marked as holding the demo community. */
  readonly isDemo: () => boolean;
}

function kindOf(actor: Exclude<Actor, { kind: 'anonymous' | 'system' }>): NonNullable<Session>['actor'] {
  return actor.kind === 'user' && actor.operator ? 'operator' : actor.kind;
}

export function createSessionService(parts: SessionServiceParts): SessionService {
  const { queries, reads, repositories, sessions, notices, presenters, clock, isDemo } = parts;

  async function current({ actor }: Caller): Promise<Session> {
    if (actor.kind === 'anonymous' || actor.kind === 'system') return null;
    const person = personOf(actor);
    const shared = { actor: kindOf(actor), demo: isDemo(), warnings: [] };
    const expiresAt = actor.kind === 'user' ? actor.sessionExpiresAt : null;
    if (person === null) return { ...shared, user: null, guilds: [], expiresAt };
    const places = placesOf(actor, await reads.standing(actor));
    const [user, old, stored] = await Promise.all([
      queries.read(userById, person.userId),
      notices.membershipsMayBeOld(person.userId),
      queries.readMany(
        guildById,
        places.map(({ guildId }) => guildId),
      ),
    ]);
    const guilds = places.flatMap(({ roles }, index) => {
      const guild = stored[index];
      return guild ? [presenters.sessionGuild(guild.row, roles)] : [];
    });
    const warnings = old ? (['memberships_may_be_old'] as const) : [];
    return {
      ...shared,
      user: user && presenters.ownProfile(user),
      guilds,
      expiresAt,
      warnings: [...warnings],
    };
  }

  return {
    current: (caller) => inServiceWords(() => current(caller)),

    async list(caller, { limit, cursor }) {
      const { userId } = requirePerson(caller.actor);
      const request = { limit, cursor };
      const page = await inServiceWords(() => repositories.sessions.live(userId, clock.now(), request));
      const currentId = caller.actor.kind === 'user' ? caller.actor.sessionId : null;
      const items = page.items.map((session) => presenters.sessionDevice(session, currentId));
      return { items, nextCursor: page.nextCursor };
    },

    async revoke(caller, { sessionId }) {
      const { userId } = requirePerson(caller.actor);
      const tokenHash = await inServiceWords(() => repositories.sessions.tokenHashOf(userId, sessionId));
      if (tokenHash === null) throw new AppError('not_found', 'There is no such session among yours.');
      await sessions.revoke(caller, userId, [{ id: sessionId, tokenHash }], 'session.revoke');
      return { ok: true };
    },

    async revokeOthers(caller) {
      const { userId } = requirePerson(caller.actor);
      const kept = caller.actor.kind === 'user' ? caller.actor.sessionId : null;
      const others = await inServiceWords(() => repositories.sessions.othersOf(userId, kept));
      if (others.length === 0) return { revoked: 0 };
      return { revoked: await sessions.revoke(caller, userId, others, 'session.revoke_others') };
    },
  };
}
