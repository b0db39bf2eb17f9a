import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';
import type { Store } from './stores.ts';

/** The ports of the servers that hold the data of a store. */
function dataPorts(store: Store): readonly number[] {
  switch (store.kind) {
    case 'local':
      return [];
    case 'redis':
      return [Number(new URL(inject('redisUrl') ?? '').port)];
    case 'sentinel':
      return inject('sentinelDataPorts').slice(0, 1);
    default:
      return inject('clusterDataPorts');
  }
}

export interface CommandWatch {
  /** The commands that clients sent with the test's prefix in an argument, in capitals. */
  readonly names: string[];
  stop(): void;
}

/** Starts a MONITOR connection; resolves when the server reports. */
async function monitor(port: number, heard: (line: string) => void): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  const lines = createInterface({ input: socket });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    lines.once('line', () => resolve());
    socket.write('MONITOR\r\n');
  });
  lines.on('line', heard);
  return socket;
}

/** Listens to what the servers of a store are told under the prefix of this test. */
export async function watchCommands(store: Store): Promise<CommandWatch> {
  const names: string[] = [];
  const { prefix } = store;
  const sockets = await Promise.all(
    dataPorts(store).map((port) =>
      monitor(port, (line) => {
        const [, source, name] = /^\+[\d.]+ \[\d+ ([^\]]+)\] "([^"]+)"/.exec(line) ?? [];
        if (source !== 'lua' && name !== undefined && line.includes(prefix)) {
          names.push(name.toUpperCase());
        }
      }),
    ),
  );
  return {
    names,
    stop: () => {
      for (const socket of sockets) {
        socket.destroy();
      }
    },
  };
}
