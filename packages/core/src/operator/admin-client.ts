import { once } from 'node:events';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { AppError } from '../errors.js';
import { adminAddress } from './admin-address.js';
import type { TaskProgress } from './task.js';

const answer = z.union([
  z.strictObject({
    progress: z.object({ step: z.string(), done: z.number(), total: z.number().nullable() }),
  }),
  z.strictObject({ result: z.looseObject({}) }),
  z.strictObject({ failure: z.object({ message: z.string(), remedy: z.string().nullable() }) }),
]);

/** A running server of the data folder, as the command line has it work. */
export interface AdminConnection {
  /** @throws AppError with what the server said */
  run(task: string, input: unknown, progress: (progress: TaskProgress) => void): Promise<object>;
  /** Only for a connection that was never used. */
  close(): void;
}

/** Reaches the running server of a data folder; null when there is none. */
export async function reachServer(dataDir: string): Promise<AdminConnection | null> {
  const socket = createConnection(adminAddress(dataDir));
  try {
    await once(socket, 'connect');
  } catch {
    return null;
  }
  return {
    close: () => void socket.destroy(),
    async run(task, input, progress) {
      socket.write(`${JSON.stringify({ task, input })}\n`);
      for await (const line of createInterface({ input: socket })) {
        const said = answer.parse(JSON.parse(line));
        if ('progress' in said) progress(said.progress);
        else if ('result' in said) return said.result;
        else {
          const { message, remedy } = said.failure;
          throw new AppError('internal', message, remedy === null ? {} : { remedy });
        }
      }
      throw new AppError('shutting_down', 'The server ended before the task was done.', {
        remedy: 'Run the command again; it goes on where it can.',
      });
    },
  };
}
