import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  type APIApplicationCommandSubcommandOption,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import type { Command } from '../commands/command.js';
import type { OptionDefinition } from '../commands/options.js';

/** Descriptions of what several commands share: a first word, or the first two. */
const groupDescriptions: Readonly<Record<string, string>> = {
  guild: 'This server in Slimy',
  'guild settings': 'How Slimy behaves in this server',
};

/** The commands as Discord takes them: those with the same first word are one, with subcommands and groups. */
export function commandDefinitions(
  commands: readonly Command[],
): RESTPostAPIChatInputApplicationCommandsJSONBody[] {
  const names = [...new Set(commands.map(({ path }) => path[0]))];
  return names.map((name) => {
    const members = commands.filter(({ path }) => path[0] === name);
    const single = members.find(({ path }) => path.length === 1);
    return {
      type: ApplicationCommandType.ChatInput,
      name,
      description: single?.description ?? description(name),
      options: single ? single.options.map(valueOption) : subcommands(name, members),
      contexts: [InteractionContextType.Guild],
      integration_types: [ApplicationIntegrationType.GuildInstall],
    };
  });
}

function subcommands(name: string, members: readonly Command[]): APIApplicationCommandOption[] {
  const words = [...new Set(members.map(({ path }) => path[1] ?? ''))];
  return words.map((word): APIApplicationCommandOption => {
    const inGroup = members.filter(({ path }) => path[1] === word);
    const [first] = inGroup;
    if (first?.path.length === 2) return subcommand(word, first);
    return {
      type: ApplicationCommandOptionType.SubcommandGroup,
      name: word,
      description: description(`${name} ${word}`),
      options: inGroup.map((command) => subcommand(command.path[2] ?? '', command)),
    };
  });
}

function subcommand(name: string, command: Command): APIApplicationCommandSubcommandOption {
  return {
    type: ApplicationCommandOptionType.Subcommand,
    name,
    description: command.description,
    options: command.options.map(valueOption),
  };
}

function valueOption(option: OptionDefinition): APIApplicationCommandBasicOption {
  const { name, description, required = false } = option;
  const shared = { name, description, required };
  switch (option.kind) {
    case 'flag':
      return { ...shared, type: ApplicationCommandOptionType.Boolean };
    case 'role':
      return { ...shared, type: ApplicationCommandOptionType.Role };
    case 'channel':
      return {
        ...shared,
        type: ApplicationCommandOptionType.Channel,
        channel_types: [ChannelType.GuildText, ChannelType.GuildAnnouncement],
      };
    case 'whole':
      return {
        ...shared,
        type: ApplicationCommandOptionType.Integer,
        ...(option.min === undefined ? {} : { min_value: option.min }),
        ...(option.max === undefined ? {} : { max_value: option.max }),
      };
    case 'text':
      return option.choices
        ? {
            ...shared,
            type: ApplicationCommandOptionType.String,
            choices: option.choices.map((choice) => ({ name: choice, value: choice })),
          }
        : {
            ...shared,
            type: ApplicationCommandOptionType.String,
            ...(option.maxLength === undefined ? {} : { max_length: option.maxLength }),
          };
  }
}

function description(group: string): string {
  const found = groupDescriptions[group];
  if (found === undefined) throw new Error(`the command group "${group}" has no description`);
  return found;
}
