import { z } from 'zod';
import { messageRows } from './component-form.js';
import { lengthOf, parseForm, text } from './form.js';
import { refusals } from './refusals.js';

const EMBED_TOTAL_MAX = 6000;
const image = z.looseObject({ url: text(2048) });

const embed = z.looseObject({
  title: text(256).nullish(),
  description: text(4096).nullish(),
  url: text(2048).nullish(),
  timestamp: z.iso.datetime({ offset: true }).nullish(),
  color: z.int().min(0).max(0xff_ff_ff).nullish(),
  footer: z.looseObject({ text: text(2048) }).nullish(),
  author: z.looseObject({ name: text(256) }).nullish(),
  image: image.nullish(),
  thumbnail: image.nullish(),
  fields: z
    .array(z.object({ name: text(256), value: text(1024), inline: z.boolean().nullish() }))
    .max(25)
    .nullish(),
});
export type EmbedForm = z.output<typeof embed>;

function embedLength(given: EmbedForm): number {
  const parts = [given.title, given.description, given.footer?.text, given.author?.name];
  for (const field of given.fields ?? []) parts.push(field.name, field.value);
  return parts.reduce((sum, part) => sum + lengthOf(part ?? ''), 0);
}

const messageForm = z.object({
  content: text(2000, 0).nullish(),
  embeds: z
    .array(embed)
    .max(10)
    .nullish()
    .superRefine((embeds, context) => {
      const total = (embeds ?? []).reduce((sum, each) => sum + embedLength(each), 0);
      if (total > EMBED_TOTAL_MAX) {
        context.addIssue({
          code: 'custom',
          message: `Embed size exceeds maximum size of ${EMBED_TOTAL_MAX}`,
        });
      }
    }),
  components: messageRows.nullish(),
  flags: z.int().min(0).nullish(),
  tts: z.boolean().nullish(),
  allowed_mentions: z.looseObject({}).nullish(),
  attachments: z.array(z.looseObject({ id: z.union([z.string(), z.number()]) })).nullish(),
});
export type MessageForm = z.output<typeof messageForm>;

/** Reads a message as a program sends it; refuses what is too long, malformed or empty. */
export function parseMessage(body: unknown, options: { files: number; mayBeEmpty: boolean }): MessageForm {
  const message = parseForm(messageForm, body ?? {});
  const empty =
    !message.content && !message.embeds?.length && !message.components?.length && options.files === 0;
  if (empty && !options.mayBeEmpty) throw refusals.emptyMessage();
  return message;
}
