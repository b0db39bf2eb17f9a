import type { Touch } from '@slimy/cache';
import { randomId, type SessionRow } from '@slimy/db';
import type { Caller, RequestFacts } from '../caller.js';
import { DAY, type Clock } from '../clock.js';
import type { ErasedList } from '../lifecycle/erased-list.js';
import { touches } from '../write/touches.js';
import type { Change, WritePath } from '../write/write-path.js';
import { newSessionToken, tokenHash } from './session-token.js';

/** How long sessions last, in days. */
interface SessionLifetimes {
  /** Without use. */
  readonly idleDays: number;
  /** With use. */
  readonly maxDays: number;
}

/** A session that just began. The token is for the cookie; nothing else ever holds it. */
export interface StartedSession {
  readonly token: string;
  readonly expiresAt: Date;
}

/** A session that is about to begin. */
export interface PreparedSession {
  /** Good once `store` is committed. */
  readonly started: StartedSession;
  readonly touched: Touch;
  /**
   * Stores it as part of a change. `action` is the audit tag.
   * @throws AppError `in_use` while the person is being erased
   */
  store(change: Change, userId: string, action: string): Promise<void>;
}

/** When a session ends unless it is used again. */
export function endOf({ idleExpiresAt, expiresAt }: SessionRow): Date {
  return idleExpiresAt < expiresAt ? idleExpiresAt : expiresAt;
}

/** Whether a session still holds at an instant. */
export function isLive(session: SessionRow, now: Date): boolean {
  return session.revokedAt === null && endOf(session) > now;
}

interface SessionLifeParts {
  readonly writes: WritePath;
  readonly clock: Clock;
  readonly lifetimes: SessionLifetimes;
  /** Wakes streams of the session, in every process. */
  readonly wake: (sessionId: string) => void;
  readonly erased: ErasedList;
}

/** Begins and ends sessions. */
export class SessionLife {
  readonly #parts: SessionLifeParts;

  constructor(parts: SessionLifeParts) {
    this.#parts = parts;
  }

  /** The idle end of a session that is used at an instant. */
  idleEnd(now: Date, expiresAt: Date): Date {
    const idle = new Date(now.getTime() + this.#parts.lifetimes.idleDays * DAY);
    return idle < expiresAt ? idle : expiresAt;
  }

  /** Signs a person in: a new token each time, never one that somebody else could have set. */
  async start(userId: string, request: RequestFacts, action: string): Promise<StartedSession> {
    const prepared = this.prepare(request);
    const caller: Caller = { actor: { kind: 'anonymous' }, request };
    await this.#parts.writes.change(caller, [prepared.touched], (change) =>
      prepared.store(change, userId, action),
    );
    return prepared.started;
  }

  /** A session that begins together with another change, in its transaction. */
  prepare(request: RequestFacts): PreparedSession {
    const { clock, lifetimes, erased } = this.#parts;
    const token = newSessionToken();
    const hash = tokenHash(token);
    const now = clock.now();
    const expiresAt = new Date(now.getTime() + lifetimes.maxDays * DAY);
    const session = {
      id: randomId(),
      tokenHash: hash,
      createdAt: now,
      lastSeenAt: now,
      idleExpiresAt: this.idleEnd(now, expiresAt),
      expiresAt,
      revokedAt: null,
      ipAddress: request.ipAddress,
      userAgent: request.userAgent?.slice(0, 1024) ?? null,
    };
    const touched = touches.session(session);
    return {
      started: { token, expiresAt },
      touched,
      async store(change, userId, action) {
        const person = await change.repositories.users.locked(userId);
        await erased.requireLasting(change.repositories, userId);
        await change.repositories.sessions.insert({ ...session, userId });
        if (person) {
          // Whoever was erased and signs in is somebody of whom something may be stored again.
          await change.repositories.erasedPeople.markReturned(erased.discordIdHash(person.discordId), now);
        }
        change.touch(touched);
        change.actedBy(userId);
        change.audit({ action, resourceType: 'session', resourceId: session.id });
      },
    };
  }

  /** Ends sessions of a person at once, in every process; gives how many were open. */
  async revoke(
    caller: Caller,
    userId: string,
    sessions: readonly { readonly id: string; readonly tokenHash: string }[],
    action: string,
  ): Promise<number> {
    const touched = sessions.map(touches.session);
    const ids = sessions.map(({ id }) => id);
    const revoked = await this.#parts.writes.change(caller, touched, async (change) => {
      const count = await change.repositories.sessions.revoke(userId, ids, change.now);
      if (count === 0) return 0;
      change.touch(...touched);
      const resourceId = ids.length === 1 ? (ids[0] ?? null) : null;
      change.audit({ action, resourceType: 'session', resourceId, details: { revoked: count } });
      return count;
    });
    for (const id of ids) this.#parts.wake(id);
    return revoked;
  }
}
