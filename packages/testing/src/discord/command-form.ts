import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10';
import { z } from 'zod';
import { lengthOf, text } from './form.js';

const COMMAND_TEXT_MAX = 8000;
const chatName = z
  .string()
  .regex(/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u, 'Command name is invalid')
  .refine((name) => name === name.toLowerCase(), 'Command name is invalid');

const choice = z.object({
  name: text(100),
  name_localizations: z.looseObject({}).nullish(),
  value: z.union([text(100), z.number()]),
});

const valueOption = z
  .object({
    type: z.enum(ApplicationCommandOptionType).exclude(['Subcommand', 'SubcommandGroup']),
    name: chatName,
    name_localizations: z.looseObject({}).nullish(),
    description: text(100),
    description_localizations: z.looseObject({}).nullish(),
    /** Kept only when true, as Discord gives it back. */
    required: z
      .boolean()
      .optional()
      .transform((required) => (required ? true : undefined)),
    choices: z.array(choice).max(25).optional(),
    channel_types: z.array(z.int()).optional(),
    min_value: z.number().optional(),
    max_value: z.number().optional(),
    min_length: z.int().min(0).max(6000).optional(),
    max_length: z.int().min(1).max(6000).optional(),
    autocomplete: z.boolean().optional(),
  })
  .refine(
    (option) => !(option.autocomplete && option.choices),
    'Choices and autocomplete exclude each other',
  );
export type ValueOption = z.output<typeof valueOption>;

const valueOptions = z
  .array(valueOption)
  .max(25)
  .superRefine((options, context) => {
    const names = new Set(options.map((option) => option.name));
    if (names.size < options.length) {
      context.addIssue({ code: 'custom', message: 'Option names must be unique' });
    }
    const firstOptional = options.findIndex((option) => !option.required);
    if (firstOptional !== -1 && options.slice(firstOptional).some((option) => option.required)) {
      context.addIssue({
        code: 'custom',
        message: 'Required options must be placed before non-required options',
      });
    }
  });

const subcommand = z.object({
  type: z.literal(ApplicationCommandOptionType.Subcommand),
  name: chatName,
  name_localizations: z.looseObject({}).nullish(),
  description: text(100),
  description_localizations: z.looseObject({}).nullish(),
  options: valueOptions.optional(),
});

const subcommandGroup = z.object({
  type: z.literal(ApplicationCommandOptionType.SubcommandGroup),
  name: chatName,
  name_localizations: z.looseObject({}).nullish(),
  description: text(100),
  description_localizations: z.looseObject({}).nullish(),
  options: z.array(subcommand).min(1).max(25),
});

const shared = {
  default_member_permissions: z.string().nullish(),
  contexts: z.array(z.int().min(0).max(2)).nullish(),
  integration_types: z.array(z.int().min(0).max(1)).nullish(),
  nsfw: z.boolean().optional(),
  name_localizations: z.looseObject({}).nullish(),
};

const chatCommand = z
  .object({
    ...shared,
    type: z.literal(ApplicationCommandType.ChatInput).default(ApplicationCommandType.ChatInput),
    name: chatName,
    description: text(100),
    description_localizations: z.looseObject({}).nullish(),
    options: z
      .union([z.array(z.discriminatedUnion('type', [subcommand, subcommandGroup])).max(25), valueOptions])
      .optional(),
  })
  .refine((command) => textLength(command) <= COMMAND_TEXT_MAX, {
    message: `Command exceeds maximum size (${COMMAND_TEXT_MAX})`,
  });

const menuCommand = z.object({
  ...shared,
  type: z.enum(ApplicationCommandType).exclude(['ChatInput', 'PrimaryEntryPoint']),
  name: text(32),
});

/** Names, descriptions and choice values of a command and all within it, counted together. */
function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, inner: unknown) => sum + textLength(inner), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) =>
      sum +
      (typeof inner === 'string' && ['name', 'description', 'value'].includes(key)
        ? lengthOf(inner)
        : textLength(inner)),
    0,
  );
}

/** The whole set of an application's commands, as it is written in one request. */
export const commandSet = z
  .array(z.union([chatCommand, menuCommand]))
  .max(115)
  .refine(
    (commands) =>
      new Set(commands.map((command) => `${command.type} ${command.name}`)).size === commands.length,
    'Application command names must be unique',
  );
export type RegisteredCommand = z.output<typeof commandSet>[number] & { readonly id: string };
