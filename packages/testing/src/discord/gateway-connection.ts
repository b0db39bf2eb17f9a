import {
  GatewayCloseCodes,
  GatewayDispatchEvents,
  GatewayIntentBits,
  GatewayOpcodes,
  type GatewayReadyDispatchData,
} from 'discord-api-types/v10';
import type { RawData, WebSocket } from 'ws';
import { guildCreate } from './gateway-dispatches.js';
import { memberChunks } from './gateway-members.js';
import {
  KNOWN_INTENTS,
  PRIVILEGED_INTENTS,
  clientPayload,
  hasUnknownOpcode,
  type ClientPayload,
} from './gateway-protocol.js';
import type { GatewayState } from './gateway-state.js';
import { GatewaySession } from './gateway-session.js';
import { userShape, type Wire } from './shapes.js';

/** The longest payload a client may send, in bytes. */
const PAYLOAD_MAX = 4096;
/** Payloads a client may send in a minute. */
const PAYLOADS_PER_MINUTE = 120;

/** One socket of a client: greets it, identifies it, answers what it sends, closes it when it misbehaves. */
export class GatewayConnection {
  readonly #socket: WebSocket;
  readonly #state: GatewayState;
  readonly #received: number[] = [];
  #session: GatewaySession | null = null;

  constructor(socket: WebSocket, state: GatewayState) {
    this.#socket = socket;
    this.#state = state;
    socket.on('message', (data) => {
      this.#receive(data);
      state.activity.notify();
    });
    socket.on('close', (code) => {
      this.#closed(code);
      state.activity.notify();
    });
    this.#send(GatewayOpcodes.Hello, { heartbeat_interval: state.heartbeatIntervalMs });
  }

  #send(op: GatewayOpcodes, d: unknown = null): void {
    this.#socket.send(JSON.stringify({ op, d, s: null, t: null }));
  }

  #receive(data: RawData): void {
    const now = this.#state.clock();
    while ((this.#received[0] ?? now) < now - 60_000) this.#received.shift();
    if (this.#received.push(now) > PAYLOADS_PER_MINUTE) {
      this.#refuse(GatewayCloseCodes.RateLimited, 'You are being rate limited.');
      return;
    }
    const bytes = Buffer.isBuffer(data)
      ? data
      : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
    const parsed = bytes.length > PAYLOAD_MAX ? undefined : json(bytes.toString('utf8'));
    if (hasUnknownOpcode(parsed)) {
      this.#refuse(GatewayCloseCodes.UnknownOpcode, 'Unknown opcode.');
      return;
    }
    const payload = clientPayload.safeParse(parsed);
    if (payload.success) this.#handle(payload.data);
    else this.#refuse(GatewayCloseCodes.DecodeError, 'Error while decoding payload.');
  }

  #handle(payload: ClientPayload): void {
    switch (payload.op) {
      case GatewayOpcodes.Heartbeat:
        this.#state.heartbeats += 1;
        if (!this.#state.heartbeatsMuted) this.#send(GatewayOpcodes.HeartbeatAck);
        return;
      case GatewayOpcodes.Identify:
        this.#identify(payload.d);
        return;
      case GatewayOpcodes.Resume:
        this.#resume(payload.d);
        return;
      case GatewayOpcodes.PresenceUpdate:
        if (!this.#session) this.#refuse(GatewayCloseCodes.NotAuthenticated, 'Not authenticated.');
        return;
      case GatewayOpcodes.RequestGuildMembers: {
        if (!this.#session) {
          this.#refuse(GatewayCloseCodes.NotAuthenticated, 'Not authenticated.');
          return;
        }
        for (const chunk of memberChunks(this.#state.world, payload.d)) this.#session.dispatch(chunk);
      }
    }
  }

  #identify(asked: Extract<ClientPayload, { op: GatewayOpcodes.Identify }>['d']): void {
    const { intents, shard = [0, 1] } = asked;
    if (this.#session) return this.#refuse(GatewayCloseCodes.AlreadyAuthenticated, 'Already authenticated.');
    if (asked.token !== this.#state.token) {
      return this.#refuse(GatewayCloseCodes.AuthenticationFailed, 'Authentication failed.');
    }
    if (shard[0] < 0 || shard[0] >= shard[1]) {
      return this.#refuse(GatewayCloseCodes.InvalidShard, 'Invalid shard.');
    }
    if (shard[1] < this.#state.shards) {
      return this.#refuse(GatewayCloseCodes.ShardingRequired, 'Sharding required.');
    }
    if (!Number.isInteger(intents) || (intents & ~KNOWN_INTENTS) !== 0) {
      return this.#refuse(GatewayCloseCodes.InvalidIntents, 'Invalid intent(s).');
    }
    const allowed = this.#state.membersIntent ? GatewayIntentBits.GuildMembers : 0;
    if ((intents & PRIVILEGED_INTENTS & ~allowed) !== 0) {
      return this.#refuse(GatewayCloseCodes.DisallowedIntents, 'Disallowed intent(s).');
    }
    const session = new GatewaySession(intents, shard, this.#socket);
    this.#session = session;
    this.#state.sessions.set(session.id, session);
    this.#state.identifies.push({ intents });
    const { world } = this.#state;
    const guilds = [...world.guilds.values()].filter(
      (guild) => world.hasBot(guild) && session.hasGuild(guild.id),
    );
    const ready: Wire<GatewayReadyDispatchData> = {
      v: 10,
      user: userShape(world.bot),
      guilds: guilds.map((guild) => ({ id: guild.id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: this.#state.url,
      shard,
      application: { id: world.bot.id, flags: 0, flags_new: '0' },
    };
    session.dispatch({ t: GatewayDispatchEvents.Ready, d: ready, intent: 0, guildId: null });
    for (const guild of guilds) session.dispatch(guildCreate(world, guild));
  }

  #resume(asked: Extract<ClientPayload, { op: GatewayOpcodes.Resume }>['d']): void {
    if (asked.token !== this.#state.token) {
      return this.#refuse(GatewayCloseCodes.AuthenticationFailed, 'Authentication failed.');
    }
    const session = this.#state.sessions.get(asked.session_id);
    if (!session) return this.#send(GatewayOpcodes.InvalidSession, false);
    if (asked.seq > session.seq) return this.#refuse(GatewayCloseCodes.InvalidSeq, 'Invalid seq.');
    this.#session = session;
    session.attach(this.#socket, asked.seq);
    session.dispatch({ t: GatewayDispatchEvents.Resumed, d: {}, intent: 0, guildId: null });
    this.#state.resumes += 1;
  }

  /** Closes a client that broke the protocol. */
  #refuse(code: GatewayCloseCodes, reason: string): void {
    this.#state.refusals.push({ code, reason });
    this.#socket.close(code, reason);
  }

  /** A client that says goodbye (1000, 1001) ends its session; after anything else it may resume. */
  #closed(code: number): void {
    if (this.#session?.socket !== this.#socket) return;
    this.#session.detach();
    if (code === 1000 || code === 1001) this.#state.sessions.delete(this.#session.id);
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
