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

/** One value as the cache keeps it; hands out copies that share nothing with each other. */
export class StoredValue implements CopiedValue {
  /** Bytes of its encoded form, whether or not they are still held. */
  readonly size: number;
  readonly payload: Payload;
  #master: unknown;
  #state: 'unread' | 'read' | 'tree' | 'bytes' = 'unread';

  constructor(payload: Payload) {
    this.payload = payload;
    this.size = payload.bytes.length;
  }

  /**
   * A copy for one caller. The first one is decoded for it alone; from the second on a decoded
   * master is copied, when the value is a plain tree.
   * @throws when the bytes are corrupt
   */
  copy(): unknown {
    switch (this.#state) {
      case 'tree':
        return copyTree(this.#master);
      case 'unread':
        this.#state = 'read';
        return decodePayload(this.payload);
      case 'read': {
        const master = decodePayload(this.payload);
        this.#state = isTree(master) ? 'tree' : 'bytes';
        this.#master = this.#state === 'tree' ? master : undefined;
        return decodePayload(this.payload);
      }
      default:
        return decodePayload(this.payload);
    }
  }
}
