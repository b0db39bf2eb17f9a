import { randomBytes } from 'node:crypto';
import { GatewayOpcodes } from 'discord-api-types/v10';
import { WebSocket } from 'ws';
import type { Dispatch } from './gateway-dispatches.js';

/** A logical connection: it outlives its socket, so that a client can resume and miss nothing. */
export class GatewaySession {
  readonly id = randomBytes(16).toString('hex');
  readonly #intents: number;
  readonly #shard: readonly [id: number, count: number];
  readonly #sent: { seq: number; json: string }[] = [];
  #socket: WebSocket | null;
  #seq = 0;

  constructor(intents: number, shard: readonly [number, number], socket: WebSocket) {
    this.#intents = intents;
    this.#shard = shard;
    this.#socket = socket;
  }

  get seq(): number {
    return this.#seq;
  }

  get socket(): WebSocket | null {
    return this.#socket;
  }

  hasIntent(intent: number): boolean {
    return (this.#intents & intent) === intent;
  }

  /** Whether a guild belongs to this session's shard, as Discord spreads them. */
  hasGuild(guildId: string): boolean {
    const [id, count] = this.#shard;
    return (BigInt(guildId) >> 22n) % BigInt(count) === BigInt(id);
  }

  /** Sends an event, or keeps it for a resume; withheld without its intent, and from other shards. */
  dispatch({ t, d, intent, guildId }: Dispatch): void {
    if (!this.hasIntent(intent) || (guildId !== null && !this.hasGuild(guildId))) return;
    this.#seq += 1;
    const json = JSON.stringify({ op: GatewayOpcodes.Dispatch, t, s: this.#seq, d });
    this.#sent.push({ seq: this.#seq, json });
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(json);
  }

  /** The socket is gone; the session waits. */
  detach(): void {
    this.#socket = null;
  }

  /** Goes on over another socket after the event `seq`. */
  attach(socket: WebSocket, seq: number): void {
    this.#socket = socket;
    for (const missed of this.#sent) if (missed.seq > seq) socket.send(missed.json);
  }
}
