import { Routes, type REST } from 'discord.js';
import { z } from 'zod';
import type { Command } from '../commands/command.js';
import { commandDefinitions } from './definitions.js';
import { differ } from './differences.js';

/**
 * Makes Discord know the commands. Reads what is registered first and writes only when it differs, since
 * Discord allows few writes a day. Resolves whether it wrote.
 */
export async function registerCommands(
  rest: REST,
  applicationId: string,
  commands: readonly Command[],
): Promise<boolean> {
  const route = Routes.applicationCommands(applicationId);
  const query = new URLSearchParams({ with_localizations: 'true' });
  const registered = z.array(z.looseObject({})).parse(await rest.get(route, { query }));
  const wanted = commandDefinitions(commands);
  if (!differ(wanted, registered)) return false;
  await rest.put(route, { body: wanted });
  return true;
}
