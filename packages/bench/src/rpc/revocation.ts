import { load } from './load.js';
import { signIn, type SlimyServer } from './slimy.js';

/**
 * Revokes a session in the middle of a load that uses it.
 * @returns how many calls that began after the revocation's answer were still let through; must be 0.
 */
export async function letThroughAfterRevocation(server: SlimyServer): Promise<number> {
  const cookie = await signIn(server.origin);
  const background = load(server.url, { cookie }, 3);
  const answer = await fetch(`${server.origin}/auth/logout`, {
    method: 'POST',
    headers: { cookie, origin: server.origin },
  });
  if (!answer.ok) throw new Error(`Signing out failed: ${answer.status}`);
  let letThrough = 0;
  for (let call = 0; call < 50; call += 1) {
    const next = await fetch(server.url, { headers: { cookie } });
    if (next.status !== 401) letThrough += 1;
  }
  await background;
  return letThrough;
}
