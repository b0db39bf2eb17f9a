import { ApplicationCommandOptionType, type CommandInteractionOption } from 'discord.js';
import type { OptionValue } from '../commands/options.js';

/** The words of a slash command and the values filled in, out of Discord's nested options. */
export function typedCommand(
  name: string,
  options: readonly CommandInteractionOption[],
): { path: string[]; values: Map<string, OptionValue> } {
  const path = [name];
  const values = new Map<string, OptionValue>();
  let level = options;
  for (;;) {
    const [inner] = level;
    const narrows =
      inner?.type === ApplicationCommandOptionType.Subcommand ||
      inner?.type === ApplicationCommandOptionType.SubcommandGroup;
    if (!narrows) break;
    path.push(inner.name);
    level = inner.options ?? [];
  }
  for (const { name: option, value } of level) if (value !== undefined) values.set(option, value);
  return { path, values };
}
