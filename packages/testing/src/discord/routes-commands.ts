import { commandSet, type RegisteredCommand } from './command-form.js';
import { parseForm } from './form.js';
import { refusals } from './refusals.js';
import { ok, type RestRoute } from './rest-call.js';
import type { SnowflakeSource } from './snowflakes.js';
import type { Clock } from './clock.js';

/** The commands that the application has registered everywhere. */
export class CommandStore {
  commands: RegisteredCommand[] = [];
}

/** Reading and writing the application's commands. */
export function commandRoutes(
  store: CommandStore,
  applicationId: string,
  ids: SnowflakeSource,
  clock: Clock,
): RestRoute[] {
  const mine = (id: string | undefined) => {
    if (id !== applicationId) throw refusals.unknownApplication();
  };
  const version = ids.next(clock());
  /** As Discord gives them back: with its own fields and defaults filled in. */
  const shown = (command: RegisteredCommand) => ({
    application_id: applicationId,
    version,
    default_member_permissions: null,
    contexts: null,
    integration_types: [0],
    nsfw: false,
    name_localizations: null,
    description_localizations: null,
    ...('description' in command ? {} : { description: '' }),
    ...command,
  });

  return [
    {
      method: 'GET',
      pattern: '/applications/:applicationId/commands',
      access: 'bot',
      answer: ({ params }) => {
        mine(params['applicationId']);
        return ok(store.commands.map(shown));
      },
    },
    {
      method: 'PUT',
      pattern: '/applications/:applicationId/commands',
      access: 'bot',
      answer: ({ params, body }) => {
        mine(params['applicationId']);
        const known = new Map(
          store.commands.map((command) => [`${command.type} ${command.name}`, command.id]),
        );
        store.commands = parseForm(commandSet, body).map((command) => ({
          ...command,
          id: known.get(`${command.type} ${command.name}`) ?? ids.next(clock()),
        }));
        return ok(store.commands.map(shown));
      },
    },
  ];
}
