import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ChannelType,
  type APIInteractionDataResolved,
} from 'discord-api-types/v10';
import { lengthOf } from './form.js';
import type { RegisteredCommand, ValueOption } from './command-form.js';
import { guildPermissions } from './permissions.js';
import { memberShape, roleShapes, userShape, type Wire } from './shapes.js';
import type { FakeWorld } from './world.js';
import type { FakeGuild } from './world-types.js';

export type OptionValues = Readonly<Record<string, string | number | boolean>>;

interface SentOption {
  readonly name: string;
  readonly type: number;
  readonly value?: string | number | boolean;
  readonly options?: readonly SentOption[];
}

/** What travels in `data` of a slash command. */
export interface CommandData {
  readonly id: string;
  readonly name: string;
  readonly type: number;
  readonly guild_id?: string;
  readonly options: readonly SentOption[];
  readonly resolved: Wire<APIInteractionDataResolved>;
}

/** Builds what Discord sends for `guild settings set` with these options; throws for what it does not let a person type. */
export function commandData(
  world: FakeWorld,
  guild: FakeGuild,
  commands: readonly RegisteredCommand[],
  line: string,
  values: OptionValues,
): CommandData {
  const [name = '', ...path] = line.trim().replace(/^\//, '').split(/\s+/);
  const command = commands.find(
    (known) => known.name === name && known.type === ApplicationCommandType.ChatInput,
  );
  if (!command || !('description' in command)) throw new Error(`no command /${name} is registered`);
  const resolved: Wire<APIInteractionDataResolved> = {};
  const leaf = path.reduce<readonly unknown[]>((options, word) => {
    const next = options.find((option) => hasName(option) && option.name === word);
    if (!hasOptions(next)) throw new Error(`/${line} is not registered`);
    return next.options ?? [];
  }, command.options ?? []);
  const definitions = leaf.filter(isValueOption);
  if (definitions.length < leaf.length) throw new Error(`/${line} is not a whole command`);
  const typed = typedOptions(definitions, values, line).map(({ definition, value }) => {
    resolve(world, guild, definition.type, String(value), resolved);
    return { name: definition.name, type: definition.type, value };
  });
  const options = path.toReversed().reduce<readonly SentOption[]>(
    (inner, word, index) => [
      {
        name: word,
        type:
          index === 0
            ? ApplicationCommandOptionType.Subcommand
            : ApplicationCommandOptionType.SubcommandGroup,
        options: inner,
      },
    ],
    typed,
  );
  return { id: command.id, name, type: ApplicationCommandType.ChatInput, options, resolved };
}

function hasName(option: unknown): option is { name: string } {
  return typeof option === 'object' && option !== null && 'name' in option;
}

function hasOptions(option: unknown): option is { options?: readonly unknown[] } {
  return typeof option === 'object' && option !== null && !isValueOption(option);
}

function isValueOption(option: unknown): option is ValueOption {
  return (
    typeof option === 'object' &&
    option !== null &&
    'type' in option &&
    option.type !== ApplicationCommandOptionType.Subcommand &&
    option.type !== ApplicationCommandOptionType.SubcommandGroup
  );
}

function typedOptions(definitions: readonly ValueOption[], values: OptionValues, line: string) {
  const unknown = Object.keys(values).find((name) => !definitions.some((option) => option.name === name));
  if (unknown !== undefined) throw new Error(`/${line} has no option ${unknown}`);
  return definitions.flatMap((definition) => {
    const value = values[definition.name];
    if (value === undefined) {
      if (definition.required) throw new Error(`/${line} needs the option ${definition.name}`);
      return [];
    }
    const wrong = problemOf(definition, value);
    if (wrong) throw new Error(`/${line} ${definition.name}: ${wrong}`);
    return [{ definition, value }];
  });
}

const valueTypes: Record<ValueOption['type'], 'string' | 'number' | 'boolean'> = {
  [ApplicationCommandOptionType.String]: 'string',
  [ApplicationCommandOptionType.Integer]: 'number',
  [ApplicationCommandOptionType.Number]: 'number',
  [ApplicationCommandOptionType.Boolean]: 'boolean',
  [ApplicationCommandOptionType.User]: 'string',
  [ApplicationCommandOptionType.Role]: 'string',
  [ApplicationCommandOptionType.Channel]: 'string',
  [ApplicationCommandOptionType.Mentionable]: 'string',
  [ApplicationCommandOptionType.Attachment]: 'string',
};

/** Why Discord's own window would not accept a value. */
function problemOf(definition: ValueOption, value: string | number | boolean): string | null {
  const wanted = valueTypes[definition.type];
  if (typeof value !== wanted) return `must be a ${wanted}`;
  if (definition.choices && !definition.choices.some((choice) => choice.value === value)) {
    return 'must be one of the choices';
  }
  if (typeof value === 'number') {
    if (value < (definition.min_value ?? -Infinity) || value > (definition.max_value ?? Infinity)) {
      return 'is out of range';
    }
    if (definition.type === ApplicationCommandOptionType.Integer && !Number.isInteger(value)) {
      return 'must be whole';
    }
  }
  if (typeof value === 'string') {
    const length = lengthOf(value);
    if (length < (definition.min_length ?? 0) || length > (definition.max_length ?? 6000)) {
      return 'has a wrong length';
    }
  }
  return null;
}

/** Adds what Discord sends along with an id: the person, role or channel it stands for. */
function resolve(
  world: FakeWorld,
  guild: FakeGuild,
  type: ValueOption['type'],
  id: string,
  resolved: Wire<APIInteractionDataResolved>,
): void {
  if (type === ApplicationCommandOptionType.User) {
    resolved.users = { ...resolved.users, [id]: userShape(world.person(id)) };
    const member = guild.members.get(id);
    if (!member) return;
    const { user: _user, deaf: _deaf, mute: _mute, ...shape } = memberShape(world.person(id), member);
    const permissions = guildPermissions(guild, id).toString();
    resolved.members = { ...resolved.members, [id]: { ...shape, permissions } };
  }
  if (type === ApplicationCommandOptionType.Role) {
    const role = roleShapes(guild).find((shape) => shape.id === id);
    if (!role) throw new Error(`no role ${id} in ${guild.name}`);
    resolved.roles = { ...resolved.roles, [id]: role };
  }
  if (type === ApplicationCommandOptionType.Channel) {
    const channel = guild.channels.get(id);
    if (!channel) throw new Error(`no channel ${id} in ${guild.name}`);
    const shape = { id, name: channel.name, type: ChannelType.GuildText, permissions: '0' };
    resolved.channels = { ...resolved.channels, [id]: shape };
  }
}
