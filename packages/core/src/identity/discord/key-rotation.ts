import type { NamedKey } from '@slimy/config';
import { repositories, type Database, type SealedTokenRow } from '@slimy/db';
import { AppError } from '../../errors.js';
import type { TaskRun } from '../../operator/task.js';
import { encryptionKeyFact } from '../../process/own-keys.js';
import { inServiceWords } from '../../write/failures.js';
import type { WritePath } from '../../write/write-path.js';
import { accessTokenOf, refreshTokenOf } from './token-keeper.js';
import { TokenVault } from './token-vault.js';

/** People in one transaction. */
const BATCH = 200;

interface KeyRotationParts {
  readonly database: Database;
  readonly writes: WritePath;
  /** The first encrypts, all decrypt. */
  readonly keys: readonly NamedKey[];
}

/** What a rotation did; people are counted, who have two tokens each. */
export interface KeyRotationResult {
  /** The key that everything is encrypted with from now on. */
  readonly key: string;
  readonly rotated: number;
  /** Still under other keys, because the work was interrupted or another process goes on using them. */
  readonly left: number;
  /** Opened by none of the keys. */
  readonly unreadable: number;
}

/** How many people's tokens are not under a key. */
function othersThan(keyId: string, counts: ReadonlyMap<string, number>): number {
  return [...counts].reduce((sum, [id, people]) => (id === keyId ? sum : sum + people), 0);
}

/**
 * Encrypts people's Discord tokens with the first key, in small transactions, each token only as long as nobody
 * has changed it meanwhile: sign-ins and refreshes go on. What a run that was killed has done is done; the next
 * one goes on with the rest.
 */
export class KeyRotation {
  readonly #parts: KeyRotationParts;
  readonly #vault: TokenVault;

  constructor(parts: KeyRotationParts) {
    this.#parts = parts;
    this.#vault = new TokenVault(parts.keys);
  }

  /**
   * `to` is the key that whoever asks takes for the first.
   * @throws AppError `not_configured` when this process, which may be a server that runs, has another first key
   */
  async rotate(to: string, run: TaskRun): Promise<KeyRotationResult> {
    const [first] = this.#parts.keys;
    if (first?.id !== to) {
      throw new AppError('not_configured', `The running server encrypts with the key "${first?.id ?? ''}".`, {
        remedy: `Restart every server and worker with "${to}" as the first of ENCRYPTION_KEYS, then run this again.`,
      });
    }
    return inServiceWords(async () => {
      const { rotated, unreadable } = await this.#reseal(to, run);
      const under = othersThan(to, await repositories(this.#parts.database).sealedTokens.countByKey());
      const left = Math.max(0, under - unreadable);
      await this.#parts.writes.change(run.caller, [], async (change) => {
        const { facts } = change.repositories;
        if (left === 0) {
          const known = await facts.beginningWith(encryptionKeyFact(''));
          await facts.forget([...known.keys()].filter((name) => name !== encryptionKeyFact(to)));
        }
        const details = { key: to, people: rotated };
        change.audit({ action: 'keys.rotate', resourceType: 'keys', resourceId: to, details });
      });
      return { key: to, rotated, left, unreadable };
    });
  }

  async #reseal(to: string, { progress, signal }: TaskRun): Promise<{ rotated: number; unreadable: number }> {
    const { database } = this.#parts;
    const { sealedTokens } = repositories(database);
    const total = othersThan(to, await sealedTokens.countByKey());
    let rotated = 0;
    let unreadable = 0;
    let seen = 0;
    for (let after: string | undefined = ''; after !== undefined && !signal.aborted;) {
      const rows = await sealedTokens.notUnder(to, after, BATCH);
      const resealed = rows.flatMap((row) => {
        const fresh = this.#resealed(row);
        return fresh === null ? [] : [{ row, fresh }];
      });
      unreadable += rows.length - resealed.length;
      rotated += await database.transaction(async (transaction) => {
        let count = 0;
        for (const { row, fresh } of resealed) {
          if (await repositories(transaction).sealedTokens.replace(row, fresh)) count += 1;
        }
        return count;
      });
      seen += rows.length;
      progress({ step: 'people', done: seen, total: Math.max(total, seen) });
      after = rows.length === BATCH ? rows.at(-1)?.userId : undefined;
    }
    return { rotated, unreadable };
  }

  #resealed({ userId, accessToken, refreshToken }: SealedTokenRow): Omit<SealedTokenRow, 'userId'> | null {
    const access = this.#vault.open(accessToken, accessTokenOf(userId));
    const refresh = this.#vault.open(refreshToken, refreshTokenOf(userId));
    if (access === null || refresh === null) return null;
    return {
      accessToken: this.#vault.seal(access, accessTokenOf(userId)),
      refreshToken: this.#vault.seal(refresh, refreshTokenOf(userId)),
    };
  }
}
