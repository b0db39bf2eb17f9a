import { isLoopback } from './addresses.js';
import type { Settings } from './settings.js';

/** What does not fit together, and what to do about it. */
export interface SettingDoubt {
  readonly message: string;
  readonly remedy: string;
}

/**
 * Tells that a proxy must stand before the server that `TRUST_PROXY` does not count: the server itself speaks no
 * HTTPS, and on loopback hears nobody from elsewhere. Null where there is none, as far as the settings say.
 */
export function unnamedProxy({
  PUBLIC_URL,
  HOST,
  TRUST_PROXY,
}: Pick<Settings, 'PUBLIC_URL' | 'HOST' | 'TRUST_PROXY'>): SettingDoubt | null {
  const { protocol, hostname } = new URL(PUBLIC_URL);
  const behind = protocol === 'https:' || (!isLoopback(hostname) && isLoopback(HOST));
  if (!behind || TRUST_PROXY > 0) return null;
  return {
    message: `People reach ${PUBLIC_URL} through a proxy, but TRUST_PROXY is 0: everybody has the proxy's address, and all who are not signed in share one limit of requests and sign-ins.`,
    remedy: 'Set TRUST_PROXY to the number of proxies before the server (1 for one).',
  };
}
