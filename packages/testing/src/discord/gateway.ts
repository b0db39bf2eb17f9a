import type { Server } from 'node:http';
import { GatewayOpcodes } from 'discord-api-types/v10';
import { WebSocketServer } from 'ws';
import { GatewayConnection } from './gateway-connection.js';
import { dispatchOf, type Dispatch } from './gateway-dispatches.js';
import type { GatewayState } from './gateway-state.js';
import { ok, type RestRoute } from './rest-call.js';

/** Where below the server's origin the gateway listens. */
export const GATEWAY_PATH = '/gateway';

/** The gateway as a test handles it: who is connected, and what breaks. */
export class FakeGateway {
  readonly #state: GatewayState;
  readonly #sockets = new WebSocketServer({ noServer: true });

  constructor(server: Server, state: GatewayState) {
    this.#state = state;
    state.world.onChange((change) => {
      const dispatch = dispatchOf(state.world, change);
      if (dispatch) this.dispatch(dispatch);
    });
    server.on('upgrade', (request, socket, head) => {
      const url = new URL(request.url ?? '/', 'http://fake');
      const isV10Json = url.searchParams.get('v') === '10' && url.searchParams.get('encoding') === 'json';
      if (!url.pathname.startsWith(GATEWAY_PATH) || !isV10Json) {
        socket.destroy();
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (accepted) => {
        accepted.on('error', () => accepted.terminate());
        void new GatewayConnection(accepted, state);
      });
    });
  }

  /** Open connections. */
  get connections(): number {
    return this.#sockets.clients.size;
  }

  /** Connections that have identified or resumed. */
  get readySessions(): number {
    return [...this.#state.sessions.values()].filter((session) => session.socket !== null).length;
  }

  get identifies(): readonly { readonly intents: number }[] {
    return this.#state.identifies;
  }

  get resumes(): number {
    return this.#state.resumes;
  }

  get heartbeats(): number {
    return this.#state.heartbeats;
  }

  /** Connections closed because the client broke the protocol. */
  get refusals(): readonly { readonly code: number; readonly reason: string }[] {
    return this.#state.refusals;
  }

  /** Sends an event to every session that has its intent. */
  dispatch(dispatch: Dispatch): void {
    for (const session of this.#state.sessions.values()) session.dispatch(dispatch);
    this.#state.activity.notify();
  }

  /** Closes every connection; with 4000, the default, clients resume. */
  drop(code = 4000): void {
    for (const socket of this.#sockets.clients) socket.close(code);
  }

  /** Cuts every connection without a word, as a broken network does. */
  cut(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  /** Asks every client to reconnect and resume. */
  askReconnect(): void {
    for (const socket of this.#sockets.clients) socket.send(frame(GatewayOpcodes.Reconnect, null));
  }

  /** Forgets every session (or the one of the shard of this guild) and says so: clients must identify anew. */
  invalidateSessions(guildId?: string): void {
    for (const [id, session] of this.#state.sessions) {
      if (guildId !== undefined && !session.hasGuild(guildId)) continue;
      this.#state.sessions.delete(id);
      session.socket?.send(frame(GatewayOpcodes.InvalidSession, false));
    }
  }

  /** Stops (or goes on) acknowledging heartbeats: a connection that looks alive and is dead. */
  muteHeartbeats(muted: boolean): void {
    this.#state.heartbeatsMuted = muted;
  }

  /** Ends all connections and accepts no more. */
  stop(): void {
    this.cut();
    this.#sockets.close();
  }
}

function frame(op: GatewayOpcodes, d: unknown): string {
  return JSON.stringify({ op, d, s: null, t: null });
}

/** Where a bot asks for the gateway's address and how many times it may still identify. */
export function gatewayRoutes(state: GatewayState): RestRoute[] {
  return [
    {
      method: 'GET',
      pattern: '/gateway/bot',
      access: 'bot',
      answer: () =>
        ok({
          url: state.url,
          shards: state.shards,
          session_start_limit: {
            total: 1000,
            remaining: 1000 - state.identifies.length,
            reset_after: 86_400_000,
            max_concurrency: 16,
          },
        }),
    },
  ];
}
