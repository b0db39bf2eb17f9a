import { isSlimyError, type SlimyClient } from '@slimy/client';
import type { Answer } from '../answers/answer.js';
import { failureAnswer } from '../answers/failure-answer.js';
import type { Logger } from '../logger.js';
import type { Request } from './command.js';
import { buttonActions, commands } from './index.js';
import { FilledOptions, type OptionValue } from './options.js';

/** Something a person did, wherever it came from: Discord, or a terminal. */
export interface Interaction {
  readonly personId: string;
  /** Null outside of any guild. */
  readonly guildId: string | null;
  readonly wish:
    | {
        readonly kind: 'command';
        readonly path: readonly string[];
        readonly values: ReadonlyMap<string, OptionValue>;
      }
    | { readonly kind: 'button'; readonly id: string };
  /** Shows the person an answer; a later one takes the place of the one before. */
  show(answer: Answer): Promise<void>;
  /**
   * Tells the API what Discord says of this person here and now; resolves false when that cannot help.
   * For somebody who joined a moment ago.
   */
  announcePerson?(): Promise<boolean>;
}

/** What commands run with. */
export interface CommandDependencies {
  readonly client: SlimyClient;
  readonly logger: Logger;
  readonly webUrl: string;
  readonly syncGuild: (guildId: string) => void;
}

/** Runs what a person asked for and shows them the outcome, good or bad. Rejects only when showing fails. */
export async function runInteraction(
  interaction: Interaction,
  dependencies: CommandDependencies,
): Promise<void> {
  const answer = await answerTo(interaction, dependencies);
  await interaction.show(withAge(answer, dependencies.client.databaseAwaySeconds()));
}

/** Says below an answer that it was given from what was read before the server's database went away. */
function withAge(answer: Answer, seconds: number | null): Answer {
  if (seconds === null || answer.problem) return answer;
  const age = `The server's database does not answer: this is from before, ${seconds} s ago or more.`;
  return { ...answer, footer: answer.footer === undefined ? age : `${answer.footer}\n${age}` };
}

async function answerTo(interaction: Interaction, dependencies: CommandDependencies): Promise<Answer> {
  const { personId, guildId } = interaction;
  if (guildId === null) {
    return { title: 'Not here', lines: ['Type this in a server, not in a private message.'], problem: true };
  }
  const { client, syncGuild, webUrl, logger } = dependencies;
  const fulfilment = fulfilmentOf(interaction);
  if (!fulfilment) return goneAnswer;
  try {
    const request: Request = { personId, guildId, api: client.as(personId), syncGuild };
    return (await withPersonKnown(interaction, () => fulfilment.run(request))) ?? goneAnswer;
  } catch (error) {
    return failureAnswer(error, { webUrl, changing: fulfilment.changing }, logger);
  }
}

/** Tries once more after announcing a person the API did not know yet. */
async function withPersonKnown<Result>(
  interaction: Interaction,
  attempt: () => Promise<Result>,
): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    if (!isSlimyError(error) || error.reason !== 'not_found') throw error;
    if (!(await interaction.announcePerson?.())) throw error;
    return attempt();
  }
}

interface Fulfilment {
  readonly changing: boolean;
  readonly run: (request: Request) => Promise<Answer | null>;
}

/** The command or the button that was meant; null when there is none. */
function fulfilmentOf({ wish }: Interaction): Fulfilment | null {
  if (wish.kind === 'button') {
    const action = buttonActions.find(({ prefix }) => wish.id.startsWith(`${prefix}:`));
    return action ? { changing: action.changing, run: (request) => action.run(request, wish.id) } : null;
  }
  const typed = wish.path.join(' ');
  const command = commands.find(({ path }) => path.join(' ') === typed);
  if (!command) return null;
  const { changing, options } = command;
  return { changing, run: (request) => command.run(request, new FilledOptions(options, wish.values)) };
}

/** For what an older or newer version of the bot put on the screen. */
const goneAnswer: Answer = {
  title: 'Gone',
  lines: ['This is not there any more. Type the command anew; Discord shows the present ones after a slash.'],
  problem: true,
};
