import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy in front of a Redis, so that one process alone can lose it. */
export class RedisProxy {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  readonly #state: { open: boolean };

  private constructor(server: Server, port: number, sockets: Set<Socket>, state: { open: boolean }) {
    this.#server = server;
    this.#sockets = sockets;
    this.#state = state;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(targetUrl: string): Promise<RedisProxy> {
    const target = Number(new URL(targetUrl).port);
    const sockets = new Set<Socket>();
    const state = { open: true };
    const server = createServer((inbound) => {
      if (!state.open) {
        inbound.destroy();
        return;
      }
      const outbound = connect({ port: target, host: '127.0.0.1', noDelay: true });
      inbound.setNoDelay(true);
      for (const [socket, other] of [
        [inbound, outbound],
        [outbound, inbound],
      ] as const) {
        sockets.add(socket);
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RedisProxy(server, addressOf(server).port, sockets, state);
  }

  /** Ends all connections and accepts no others. */
  cut(): void {
    this.#state.open = false;
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  restore(): void {
    this.#state.open = true;
  }

  async close(): Promise<void> {
    this.cut();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the proxy does not listen');
  }
  return address;
}
