import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { AppError } from '../errors.js';
import type { Logger } from '../logger.js';
import { serviceError } from '../write/failures.js';
import { adminAddress } from './admin-address.js';
import { runTask, type TaskFailure } from './run-task.js';
import type { OperatorTasks } from './task.js';

interface AdminServerParts {
  readonly dataDir: string;
  readonly tasks: OperatorTasks;
  readonly logger: Logger;
}

const request = z.strictObject({ task: z.string().max(64), input: z.unknown() });

function failureOf(error: unknown, logger: Logger): TaskFailure {
  const known = serviceError(error);
  if (known instanceof AppError) return { message: known.message, remedy: known.details.remedy ?? null };
  logger.error({ err: error }, 'A task of the command line failed');
  return { message: 'The task failed; the log of the server says why.', remedy: null };
}

/** Whether somebody answers there; a socket that was left behind is no hindrance. */
async function isTaken(address: string): Promise<boolean> {
  const probe = createConnection(address);
  try {
    await once(probe, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    probe.destroy();
  }
}

async function answer(socket: Socket, { tasks, logger }: AdminServerParts): Promise<void> {
  const gone = new AbortController();
  socket.on('close', () => gone.abort(new Error('the command line has gone')));
  // Whoever goes away while we write has ended the call.
  socket.on('error', () => socket.destroy());
  const say = (message: object): void => {
    if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
  };
  const lines = createInterface({ input: socket });
  const { value: line } = await lines[Symbol.asyncIterator]().next();
  try {
    const { task, input } = request.parse(JSON.parse(String(line)));
    const progress = (now: object): void => say({ progress: now });
    say({ result: await runTask(tasks, task, input, { signal: gone.signal, progress }) });
  } catch (error) {
    say({ failure: failureOf(error, logger) });
  }
  socket.end();
}

/**
 * Listens for the command line of the same machine, readable by the owner of the data folder alone. Resolves the
 * function that ends it; null where another process of this data folder listens already.
 */
export async function listenForCommands(parts: AdminServerParts): Promise<(() => Promise<void>) | null> {
  const address = adminAddress(parts.dataDir);
  await mkdir(parts.dataDir, { recursive: true, mode: 0o700 });
  if (await isTaken(address)) return null;
  const isFile = process.platform !== 'win32';
  if (isFile) await rm(address, { force: true });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    answer(socket, parts).catch((error: unknown) =>
      parts.logger.warn({ err: error }, 'A call of the command line could not be answered'),
    );
  });
  server.listen(address);
  await once(server, 'listening');
  if (isFile) await chmod(address, 0o600);
  return async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  };
}
