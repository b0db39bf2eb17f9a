import { limits, type ApiToken } from '@slimy/contract';
import { randomId, type ApiTokenRow, type Repositories } from '@slimy/db';
import { DAY } from '../clock.js';
import { AppError } from '../errors.js';
import { newApiToken } from '../identity/api-token.js';
import type { RequestReads } from '../identity/request-reads.js';
import { tokenHash } from '../identity/session-token.js';
import { requireMembership } from '../permissions/membership.js';
import { requirePerson } from '../permissions/require-person.js';
import { inServiceWords } from '../write/failures.js';
import { touches } from '../write/touches.js';
import type { WritePath } from '../write/write-path.js';
import type { ApiTokenService } from './services.js';

interface ApiTokenServiceParts {
  readonly repositories: Repositories;
  readonly reads: RequestReads;
  readonly writes: WritePath;
  /** Wakes streams of an ended token, in every process. */
  readonly wake: (tokenId: string) => void;
}

function shown({ id, name, access, guildIds, createdAt, expiresAt, lastUsedAt }: ApiTokenRow): ApiToken {
  return { id, name, access, guildIds: [...(guildIds ?? [])], createdAt, expiresAt, lastUsedAt };
}

const noSuchToken = () => new AppError('not_found', 'There is no such token among yours.');

export function createApiTokenService({
  repositories,
  reads,
  writes,
  wake,
}: ApiTokenServiceParts): ApiTokenService {
  return {
    async list({ actor }, { limit, cursor }) {
      const { apiTokens } = repositories.person(requirePerson(actor).userId);
      const page = await inServiceWords(() => apiTokens.page({ limit, cursor }));
      return { items: page.items.map(shown), nextCursor: page.nextCursor };
    },

    async create(caller, { name, access, guildIds, expiresInDays }) {
      const { userId } = requirePerson(caller.actor);
      const standing = await inServiceWords(async () => reads.standing(caller.actor));
      const bound = [...new Set(guildIds)];
      for (const guildId of bound) requireMembership(caller.actor, standing, guildId);
      const token = newApiToken();
      const known = { id: randomId(), tokenHash: tokenHash(token) };
      const touched = touches.apiToken(known);
      return writes.change(caller, [touched], async (change) => {
        const { now } = change;
        // Locked, so that two requests at once do not both find room for one more.
        if ((await change.repositories.users.locked(userId)) === null) throw noSuchToken();
        const { apiTokens } = change.repositories.person(userId);
        if ((await apiTokens.usable(now)) >= limits.apiTokensMax) {
          throw new AppError('quota_exceeded', `You have ${limits.apiTokensMax} tokens already.`, {
            remedy: 'Revoke one that you do not need any more.',
          });
        }
        const grant = {
          name,
          access,
          guildIds: bound.length === 0 ? null : bound,
          createdAt: now,
          expiresAt: new Date(now.getTime() + expiresInDays * DAY),
        };
        await apiTokens.insert({ ...known, ...grant });
        change.touch(touched);
        const { createdAt: _, expiresAt, ...said } = grant;
        change.audit({
          action: 'token.create',
          resourceType: 'api_token',
          resourceId: known.id,
          after: { ...said, expiresAt: expiresAt.toISOString() },
        });
        return { token, item: shown({ ...grant, id: known.id, userId, lastUsedAt: null, revokedAt: null }) };
      });
    },

    async revoke(caller, { tokenId }) {
      const { userId } = requirePerson(caller.actor);
      const hash = await inServiceWords(() => repositories.person(userId).apiTokens.tokenHashOf(tokenId));
      if (hash === null) throw noSuchToken();
      const touched = touches.apiToken({ id: tokenId, tokenHash: hash });
      await writes.change(caller, [touched], async (change) => {
        const revoked = await change.repositories.person(userId).apiTokens.revoke([tokenId], change.now);
        if (revoked === 0) throw noSuchToken();
        change.touch(touched);
        change.audit({ action: 'token.revoke', resourceType: 'api_token', resourceId: tokenId });
      });
      wake(tokenId);
      return { ok: true };
    },
  };
}
