import type { SlimyClient } from '@slimy/client';
import { limits } from '@slimy/contract';
import { failureAnswer } from '../answers/failure-answer.js';
import { runInteraction, type Interaction } from '../commands/run.js';
import type { Logger } from '../logger.js';
import type { ConsoleArguments } from './arguments.js';
import { LineError, parseLine } from './parse-line.js';
import { printedAnswer } from './print-answer.js';

/** What the console runs with. */
export interface ConsoleDependencies {
  /** The API with the bot's own token. */
  readonly client: SlimyClient;
  readonly logger: Logger;
  readonly webUrl: string;
  readonly print: (text: string) => void;
}

/** Runs the handlers of the bot's commands from a terminal. Resolves whether every command went well. */
export async function runConsole(
  given: ConsoleArguments,
  readLines: () => AsyncIterable<string>,
  dependencies: ConsoleDependencies,
): Promise<boolean> {
  const { client, webUrl, logger, print } = dependencies;
  let wentWell = true;
  const show = (text: string, isProblem = false) => {
    wentWell &&= !isProblem;
    print(text);
  };
  const attempt = async (wish: () => Interaction['wish']) => {
    try {
      const interaction: Interaction = {
        personId: given.as,
        guildId: given.guildId ?? (await onlyGuild(client, given.as)),
        wish: wish(),
        show: async (answer) => show(printedAnswer(answer), answer.problem),
      };
      // The bot process hears of a newly connected guild by itself.
      await runInteraction(interaction, { client, logger, webUrl, syncGuild: () => undefined });
    } catch (error) {
      show(
        error instanceof LineError
          ? error.message
          : printedAnswer(failureAnswer(error, { webUrl, changing: false }, logger)),
        true,
      );
    }
  };
  const { press, lines } = given;
  if (press !== null) await attempt(() => ({ kind: 'button', id: press }));
  for await (const line of press !== null || lines.length > 0 ? lines : readLines()) {
    if (line.trim() !== '') await attempt(() => ({ kind: 'command', ...parseLine(line) }));
  }
  return wentWell;
}

async function onlyGuild(client: SlimyClient, personId: string): Promise<string> {
  const { items, nextCursor } = await client.as(personId).guild.mine.query({ limit: limits.pageMax });
  const [only] = items;
  if (only && items.length === 1 && nextCursor === null) return only.id;
  const list = items.map(({ id, name }) => `  --guild ${id}  ${name}`).join('\n');
  throw new LineError(
    only
      ? `This person is in several guilds. Say which one is meant:\n${list}`
      : 'This person is in no connected guild. Say which one is meant: --guild <guild id>',
  );
}
