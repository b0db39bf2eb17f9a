import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Settings } from '@slimy/config';

/** Settings whose port is known, and what gives that port free for whoever is about to listen there. */
export interface LocatedSettings {
  readonly settings: Settings;
  readonly release: () => Promise<void>;
}

/** Takes a port that is free and keeps it until it is released: a start may take long enough for others to come upon it. */
async function holdFreePort(host: string): Promise<{ port: number; release: () => Promise<void> }> {
  const holder = createServer((early) => early.destroy()).listen(0, host);
  await once(holder, 'listening');
  const address = holder.address();
  if (typeof address !== 'object' || address === null) throw new Error('No port could be found.');
  const release = async (): Promise<void> => {
    holder.close();
    await once(holder, 'close');
  };
  return { port: address.port, release };
}

/**
 * With `PORT=0` the settings with a port that is free, and the addresses that follow from it; the public
 * address must be known before anything is built on it.
 */
export async function withPortOfChoice(settings: Settings): Promise<LocatedSettings> {
  if (settings.PORT !== 0) return { settings, release: async () => undefined };
  const { port, release } = await holdFreePort(settings.HOST);
  const located = (address: string): string =>
    address.endsWith(':0') ? address.replace(/:0$/, `:${port}`) : address;
  return {
    settings: {
      ...settings,
      PORT: port,
      PUBLIC_URL: located(settings.PUBLIC_URL),
      API_URL: located(settings.API_URL),
    },
    release,
  };
}
