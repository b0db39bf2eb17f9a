import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Settings } from '@slimy/config';

/** A port that was free a moment ago. */
async function freePort(host: string): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('No port could be found.');
  return address.port;
}

/**
 * With `PORT=0` the settings with a port that is free, and the addresses that follow from it; the public
 * address must be known before anything is built on it.
 */
export async function withFreePort(settings: Settings): Promise<Settings> {
  if (settings.PORT !== 0) return settings;
  const port = await freePort(settings.HOST);
  const located = (address: string): string =>
    address.endsWith(':0') ? address.replace(/:0$/, `:${port}`) : address;
  return {
    ...settings,
    PORT: port,
    PUBLIC_URL: located(settings.PUBLIC_URL),
    API_URL: located(settings.API_URL),
  };
}
