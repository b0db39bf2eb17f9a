import {
  MessageFlags,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Interaction as DiscordInteraction,
} from 'discord.js';
import { runInteraction, type CommandDependencies, type Interaction } from '../commands/run.js';
import { answerMessage } from './answer-message.js';
import { typedCommand } from './typed-command.js';

/** What interactions of Discord run with, beside what every command has. */
export interface DiscordDependencies extends CommandDependencies {
  /** Tells the API what an interaction says of the person behind it. */
  readonly announcePerson: (interaction: DiscordInteraction) => Promise<boolean>;
}

/**
 * Answers commands and buttons: acknowledges at once, within Discord's three seconds, then runs. Without an
 * acknowledgement nothing runs, since its person could not see what became of it.
 */
export class InteractionHandler {
  readonly #dependencies: DiscordDependencies;
  readonly #running = new Set<Promise<void>>();

  constructor(dependencies: DiscordDependencies) {
    this.#dependencies = dependencies;
  }

  /** Takes an interaction; never throws. */
  handle(interaction: DiscordInteraction): void {
    if (!interaction.isChatInputCommand() && !interaction.isButton()) return;
    const running = this.#answer(interaction)
      .catch((error: unknown) => {
        this.#dependencies.logger.warn(
          { err: error, interaction: interaction.id },
          'An answer did not reach Discord',
        );
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves once everything taken so far is answered. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #answer(interaction: ChatInputCommandInteraction | ButtonInteraction): Promise<void> {
    if (interaction.isButton()) await interaction.deferUpdate();
    else await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await runInteraction(this.#port(interaction), this.#dependencies);
  }

  #port(interaction: ChatInputCommandInteraction | ButtonInteraction): Interaction {
    return {
      personId: interaction.user.id,
      guildId: interaction.guildId,
      wish: interaction.isButton()
        ? { kind: 'button', id: interaction.customId }
        : { kind: 'command', ...typedCommand(interaction.commandName, interaction.options.data) },
      show: async (answer) => {
        await interaction.editReply(answerMessage(answer));
      },
      announcePerson: () => this.#dependencies.announcePerson(interaction),
    };
  }
}
