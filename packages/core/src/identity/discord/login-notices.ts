import { cacheKeys, type Cache } from '@slimy/cache';

/** How long somebody is told that their servers may have changed since, in seconds: until they sign in again, at most this. */
const TOLD_FOR = 3600;

/** Remembers for whom Discord would not say which servers they are in. Nothing is lost with one but a remark. */
export class LoginNotices {
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  /** Notes what the sign-in of a person came to. */
  async note(userId: string, membershipsMayBeOld: boolean): Promise<void> {
    const key = keyOf(userId);
    if (membershipsMayBeOld) await this.#cache.set(key, true, { ttl: TOLD_FOR, stale: 0 });
    else await this.#cache.delete(key);
  }

  async membershipsMayBeOld(userId: string): Promise<boolean> {
    return (await this.#cache.get(keyOf(userId), { consistency: 'strict' })) === true;
  }
}

function keyOf(userId: string): string {
  return cacheKeys.user(userId, 'login-notice');
}
