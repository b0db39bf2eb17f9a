import type { OwnProfile, VisibleProfile } from '@slimy/contract';
import type { UserRow } from '@slimy/db';
import { personOf, type Caller } from '../caller.js';
import { AppError } from '../errors.js';
import type { RequestReads } from '../identity/request-reads.js';
import type { DataExports } from '../lifecycle/data-export.js';
import type { PersonErasure } from '../lifecycle/person-erasure.js';
import { requirePerson } from '../permissions/require-person.js';
import { placeIn, placesOf } from '../permissions/standing.js';
import { changedFields, shownUserSettings, type Presenters } from '../presenters.js';
import type { Queries } from '../queries/cached-query.js';
import { guildById } from '../queries/guilds.js';
import { savedUserSettings, userById, userIdByDiscordId } from '../queries/people.js';
import { inServiceWords } from '../write/failures.js';
import { touches } from '../write/touches.js';
import type { WritePath } from '../write/write-path.js';
import type { UserService } from './services.js';

interface UserServiceParts {
  readonly queries: Queries;
  readonly reads: RequestReads;
  readonly writes: WritePath;
  readonly presenters: Presenters;
  readonly exports: DataExports;
  readonly erasure: PersonErasure;
}

const noSuchPerson = () => new AppError('not_found', 'There is no such person.');

export function createUserService(parts: UserServiceParts): UserService {
  const { queries, reads, writes, presenters } = parts;

  async function userRow(userId: string): Promise<UserRow> {
    const user = await queries.read(userById, userId);
    if (user === null) throw noSuchPerson();
    return user;
  }

  async function isMine({ actor }: Caller, guildId: string): Promise<boolean> {
    return placeIn(placesOf(actor, await reads.standing(actor)), guildId) !== null;
  }

  /** Everything for the person and for operators, the public fields for everybody else. */
  function shown({ actor }: Caller, user: UserRow): VisibleProfile {
    const own = personOf(actor)?.userId === user.id || (actor.kind === 'user' && actor.operator);
    return own ? presenters.ownProfile(user) : presenters.visibleProfile(user);
  }

  return {
    me: (caller) =>
      inServiceWords(async () => {
        const { userId } = requirePerson(caller.actor);
        const places = placesOf(caller.actor, await reads.standing(caller.actor));
        const ids = places.map(({ guildId }) => guildId);
        const [user, stored] = await Promise.all([userRow(userId), queries.readMany(guildById, ids)]);
        const guilds = places.flatMap(({ roles }, index) => {
          const guild = stored[index];
          return guild ? [presenters.guildSummary(guild.row, roles)] : [];
        });
        return { ...presenters.ownProfile(user), guilds };
      }),

    byId: (caller, { userId }) => inServiceWords(async () => shown(caller, await userRow(userId))),

    byDiscordId: (caller, { discordId }) =>
      inServiceWords(async () => {
        const userId = await queries.read(userIdByDiscordId, discordId);
        if (userId === null) throw noSuchPerson();
        return shown(caller, await userRow(userId));
      }),

    async update(caller, { lastActiveGuildId }): Promise<OwnProfile> {
      const { userId } = requirePerson(caller.actor);
      if (lastActiveGuildId !== null && !(await isMine(caller, lastActiveGuildId))) {
        throw new AppError('not_found', 'There is no such server among yours.');
      }
      const touched = touches.profile(userId);
      await writes.change(caller, [touched], async (change) => {
        const { users } = change.repositories;
        const before = await users.locked(userId);
        if (before === null) throw noSuchPerson();
        if (before.lastActiveGuildId === lastActiveGuildId) return;
        await users.setLastActiveGuild(userId, lastActiveGuildId, change.now);
        change.touch(touched);
        change.audit({
          action: 'user.update',
          resourceType: 'user',
          resourceId: userId,
          before: { lastActiveGuildId: before.lastActiveGuildId },
          after: { lastActiveGuildId },
        });
      });
      return presenters.ownProfile(await inServiceWords(() => userRow(userId)));
    },

    async export(caller, { userId = requirePerson(caller.actor).userId }) {
      await inServiceWords(() => userRow(userId));
      const file = await inServiceWords(() => parts.exports.answer({ userId }));
      await writes.change(caller, [], async (change) => {
        const details = { rows: file.rowCount };
        change.audit({ action: 'user.export', resourceType: 'user', resourceId: userId, details });
      });
      return file;
    },

    async erase(caller, { userId = requirePerson(caller.actor).userId, confirm }) {
      await parts.erasure.erase(caller, userId, confirm);
      return { ok: true };
    },

    settings: (caller) =>
      inServiceWords(async () => {
        const { userId } = requirePerson(caller.actor);
        return shownUserSettings(await queries.read(savedUserSettings, userId));
      }),

    async updateSettings(caller, wanted) {
      const { userId } = requirePerson(caller.actor);
      const touched = touches.userSettings(userId);
      return writes.change(caller, [touched], async (change) => {
        if ((await change.repositories.users.locked(userId)) === null) throw noSuchPerson();
        const saved = await change.repositories.userSettings.byUserId(userId);
        const before = shownUserSettings(typeof saved === 'object' ? saved : null);
        const after = shownUserSettings({ ...before, ...wanted });
        const difference = changedFields(before, after);
        if (Object.keys(difference.after).length === 0) return before;
        await change.repositories.userSettings.save(userId, after, change.now);
        change.touch(touched);
        change.audit({
          action: 'user.settings.update',
          resourceType: 'user_settings',
          resourceId: userId,
          ...difference,
        });
        return after;
      });
    },
  };
}
