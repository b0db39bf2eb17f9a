import type { ApiTokenKeys } from '@slimy/db';
import type { TokenActor } from '../caller.js';
import { MINUTE, type Clock } from '../clock.js';
import { AppError } from '../errors.js';
import { question, unasked, type Queries } from '../queries/cached-query.js';
import { guildById } from '../queries/guilds.js';
import { apiTokenByHash, apiTokenById, standingOfUser } from '../queries/people.js';
import type { DatabaseWatch } from '../system/database-watch.js';
import { inServiceWords } from '../write/failures.js';
import { holds, isApiToken } from './api-token.js';
import { RecentIds } from './recent-ids.js';
import type { RequestReads } from './request-reads.js';
import { tokenHash } from './session-token.js';

/** Use of a token is noted at most this often, in milliseconds. */
const USED_EVERY = MINUTE;

/** One answer for a token that was never one, is revoked, has expired, or whose person is gone. */
const notKnown = () =>
  new AppError('bad_credentials', 'This token is not known here, or it has ended.', {
    remedy: 'Create a new token on the account page.',
  });

interface TokenAuthenticationParts {
  readonly queries: Queries;
  readonly apiTokens: ApiTokenKeys;
  readonly reads: RequestReads;
  readonly clock: Clock;
  readonly watch: DatabaseWatch;
  /** Told of work that goes on in the background; waited for when the program stops. */
  readonly background: (work: Promise<void>) => void;
}

/** Finds out whose personal API token a call carries. Strictly read: a token that ended ends at the next call. */
export class TokenAuthentication {
  readonly #parts: TokenAuthenticationParts;
  /** Whose token a hash was the last time: lets a warm call read everything at once. */
  readonly #userByHash = new RecentIds<string>();
  readonly #used = new RecentIds<number>();

  constructor(parts: TokenAuthenticationParts) {
    this.#parts = parts;
  }

  /** The person behind a token, within what it is for. @throws AppError `bad_credentials` */
  async actor(token: string, guildId: string | undefined): Promise<TokenActor> {
    if (!isApiToken(token)) throw notKnown();
    const { queries, reads, clock, watch } = this.#parts;
    const hash = tokenHash(token);
    const hinted = this.#userByHash.get(hash);
    const begun = reads.begin();
    const [grant, hintedStanding, stored] = await inServiceWords(async () =>
      queries.together(
        question(apiTokenByHash, hash),
        hinted === undefined ? unasked : question(standingOfUser, hinted),
        guildId === undefined ? unasked : question(guildById, guildId),
      ),
    );
    if (grant === null || !holds(grant, clock.now())) throw notKnown();
    const standing =
      hintedStanding?.userId === grant.userId
        ? hintedStanding
        : await inServiceWords(() => queries.read(standingOfUser, grant.userId));
    if (standing === null) throw notKnown();
    this.#userByHash.set(hash, grant.userId);
    const actor: TokenActor = {
      kind: 'token',
      userId: grant.userId,
      discordId: standing.discordId,
      tokenId: grant.id,
      access: grant.access,
      guildIds: grant.guildIds,
    };
    reads.keep(actor, begun, {
      standing,
      guild: guildId === undefined ? null : { id: guildId, stored },
    });
    this.#noteUse(grant.id);
    await watch.unverified();
    return actor;
  }

  /** Whether the token behind an actor still holds, for streams that outlive their request. */
  async stillHolds({ tokenId }: TokenActor): Promise<boolean> {
    const { queries, clock } = this.#parts;
    const grant = await inServiceWords(() => queries.read(apiTokenById, tokenId));
    return grant !== null && holds(grant, clock.now());
  }

  /** Notes that a token is in use, in the background and not more often than needed. */
  #noteUse(id: string): void {
    const { apiTokens, clock, background } = this.#parts;
    const now = clock.now();
    if (now.getTime() - (this.#used.get(id) ?? 0) < USED_EVERY) return;
    this.#used.set(id, now.getTime());
    background(apiTokens.touch(id, now, new Date(now.getTime() - USED_EVERY + 1)));
  }
}
