import { copierFor, type Copier } from './compiled-copy.js';
import { copyTree, isTree } from './isolation.js';
import { decodePayload, type Payload } from './payload.js';

/** Something that gives each caller a value of its own. */
export interface CopiedValue {
  copy(): unknown;
}

/** A value that cannot be encoded: those who waited for its load share it as it is. */
export class UnstorableValue implements CopiedValue {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  copy(): unknown {
    return this.#value;
  }
}

/** Copies of one value after which a copier for its shape pays. */
const copiesBeforeCompiling = 16;

/** One value as the cache keeps it; hands out copies that share nothing with each other. */
export class StoredValue implements CopiedValue {
  /** Bytes of its encoded form. */
  readonly size: number;
  #payload: Payload | undefined;
  /** The decoded value that copies are made of; never handed out itself. */
  #master: unknown;
  #copier: Copier | undefined;
  #copies = 0;

  constructor(payload: Payload) {
    this.size = payload.bytes.length;
    this.#payload = payload;
  }

  /**
   * A copy for one caller. The first one is decoded for it alone; from the second on a decoded
   * master is copied when the value is a plain tree, in a while by code made for its shape.
   * @throws when the bytes are corrupt
   */
  copy(): unknown {
    if (this.#copier !== undefined) {
      if (this.#copies <= copiesBeforeCompiling) {
        this.#copies += 1;
        if (this.#copies > copiesBeforeCompiling) {
          this.#copier = copierFor(this.#master);
        }
      }
      return this.#copier(this.#master);
    }
    if (this.#payload === undefined) {
      return undefined;
    }
    const value = decodePayload(this.#payload);
    this.#copies += 1;
    if (this.#copies === 2 && isTree(value)) {
      this.#master = value;
      this.#copier = copyTree;
      this.#payload = undefined;
      return copyTree(value);
    }
    return value;
  }
}
