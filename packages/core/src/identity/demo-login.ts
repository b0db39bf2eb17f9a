import { isLoopback, type Settings } from '@slimy/config';
import type { Repositories } from '@slimy/db';
import type { RequestFacts } from '../caller.js';
import { demoPerson } from '../demo/people.js';
import { AppError } from '../errors.js';
import { inServiceWords } from '../write/failures.js';
import type { SessionLife, StartedSession } from './sessions.js';

/** Signs the one who asks in as the person of the demo community. */
export type DemoLogin = (request: RequestFacts) => Promise<StartedSession>;

/**
 * The sign-in to the demo community. There is none but in a database marked as demo, without a Discord login,
 * and on a machine that only its own user reaches.
 */
export function demoLogin(
  settings: Pick<Settings, 'HOST' | 'PUBLIC_URL' | 'DISCORD_CLIENT_ID'>,
  isDemo: boolean,
  parts: { readonly repositories: Repositories; readonly sessions: SessionLife },
): DemoLogin | null {
  const reachable = !isLoopback(settings.HOST) || !isLoopback(new URL(settings.PUBLIC_URL).hostname);
  if (!isDemo || settings.DISCORD_CLIENT_ID !== undefined || reachable) return null;
  return async (request) => {
    const { discordId } = demoPerson.profile;
    const person = await inServiceWords(() => parts.repositories.users.byDiscordId(discordId));
    if (person === null) throw new AppError('not_found', 'The demo community has lost its person.');
    return parts.sessions.start(person.id, request, 'session.sign_in_demo');
  };
}
