import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below those that systems give out by themselves, to connections and to whoever asks for any port. */
const FIRST_PORT = 11_000;
const LAST_PORT = 32_000;

/** Whether nobody listens on a TCP port of 127.0.0.1 at this moment. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/**
 * A TCP port of 127.0.0.1 that nobody listens on at this moment. Another process can still take it before
 * you do, so a program that can bind port 0 itself should; no connection and no other program that does so comes upon
 * it, also while whoever was given it is stopped for a moment.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`No port from ${FIRST_PORT} to ${LAST_PORT} is free.`);
}
