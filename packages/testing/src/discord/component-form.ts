import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import { z } from 'zod';
import { text } from './form.js';

const customId = text(100);
const emoji = z.looseObject({ id: z.string().nullish(), name: z.string().nullish() });

const button = z
  .object({
    type: z.literal(ComponentType.Button),
    style: z.enum(ButtonStyle),
    label: text(80).optional(),
    emoji: emoji.optional(),
    custom_id: customId.optional(),
    url: text(512).optional(),
    disabled: z.boolean().optional(),
  })
  .superRefine((given, context) => {
    const isLink = given.style === ButtonStyle.Link;
    if (isLink && given.url === undefined) {
      context.addIssue({ code: 'custom', path: ['url'], message: 'A url is required' });
    }
    if (!isLink && given.custom_id === undefined) {
      context.addIssue({ code: 'custom', path: ['custom_id'], message: 'A custom id is required' });
    }
    if (given.label === undefined && given.emoji === undefined) {
      context.addIssue({ code: 'custom', path: ['label'], message: 'A label or an emoji is required' });
    }
  });

const stringSelect = z.object({
  type: z.literal(ComponentType.StringSelect),
  custom_id: customId,
  placeholder: text(150).optional(),
  min_values: z.int().min(0).max(25).optional(),
  max_values: z.int().min(1).max(25).optional(),
  disabled: z.boolean().optional(),
  options: z
    .array(
      z.object({
        label: text(100),
        value: text(100),
        description: text(100).optional(),
        default: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(25),
});

const textInput = z.object({
  type: z.literal(ComponentType.TextInput),
  custom_id: customId,
  style: z.int().min(1).max(2),
  label: text(45),
  min_length: z.int().min(0).max(4000).optional(),
  max_length: z.int().min(1).max(4000).optional(),
  required: z.boolean().optional(),
  value: text(4000, 0).optional(),
  placeholder: text(100).optional(),
});

const messageRow = z.object({
  type: z.literal(ComponentType.ActionRow),
  components: z
    .array(z.discriminatedUnion('type', [button, stringSelect]))
    .min(1)
    .max(5),
});
export type MessageRow = z.output<typeof messageRow>;

/** The rows below a message: at most five, each custom id once. */
export const messageRows = z
  .array(messageRow)
  .max(5)
  .superRefine((rows, context) => {
    const seen = new Set<string>();
    for (const component of rows.flatMap((row) => row.components)) {
      if (component.custom_id === undefined) continue;
      if (seen.has(component.custom_id)) {
        context.addIssue({ code: 'custom', message: 'Component custom id cannot be duplicated' });
      }
      seen.add(component.custom_id);
    }
  });

/** A dialog: a title and one to five rows with one text field each. */
export const modalForm = z.object({
  custom_id: customId,
  title: text(45),
  components: z
    .array(z.object({ type: z.literal(ComponentType.ActionRow), components: z.array(textInput).length(1) }))
    .min(1)
    .max(5),
});
export type ModalForm = z.output<typeof modalForm>;
