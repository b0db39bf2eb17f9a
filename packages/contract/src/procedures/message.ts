import { z } from 'zod';
import { limits } from '../limits.js';
import { page, pageInput } from '../pages.js';
import { done, opaqueId, prose, snowflake } from '../scalars.js';
import { mutation, query, subscription } from './procedure.js';

/** Who speaks: a person, or the assistant answering them. */
export const messageRoles = ['user', 'assistant'] as const;

/** A message in a guild's room or in a conversation. */
export const message = z.object({
  id: opaqueId,
  guildId: snowflake.nullable(),
  conversationId: opaqueId.nullable(),
  author: z.object({
    userId: opaqueId,
    discordId: snowflake,
    username: z.string(),
    globalName: z.string().nullable(),
    avatarUrl: z.string().nullable(),
  }),
  role: z.enum(messageRoles),
  text: z.string(),
  /** Shown to those with `read_admin_chat` only. */
  adminOnly: z.boolean(),
  /** The sender's own id of the message; null to everybody but the sender. */
  clientId: z.string().nullable(),
  createdAt: z.date(),
});
export type Message = z.infer<typeof message>;

/** Where messages stand: exactly one of the two is named. */
const room = { guildId: snowflake.optional(), conversationId: opaqueId.optional() };

interface NamedRoom {
  readonly guildId?: string | undefined;
  readonly conversationId?: string | undefined;
}

function namesOneRoom(input: NamedRoom): boolean {
  return (input.guildId === undefined) !== (input.conversationId === undefined);
}

const oneRoom = 'name either guildId or conversationId';

/** The id of an event of `message.onNew`, or where a list says that the stream goes on. */
const streamPlace = z
  .string()
  .max(18)
  .regex(/^\d{1,18}$/, 'must be the liveFrom of a list or the id of an event');

export const messageProcedures = {
  'message.send': mutation(
    z
      .strictObject({
        ...room,
        text: prose(limits.messageTextMax),
        adminOnly: z.boolean().default(false),
        /** Unique per author: a repeated send stays one message and answers with it. */
        clientId: opaqueId.optional(),
      })
      .refine(namesOneRoom, oneRoom)
      .refine((input) => !input.adminOnly || input.guildId !== undefined, {
        path: ['adminOnly'],
        message: 'is for messages in a server only',
      }),
    message,
  ),
  /** Newest first. */
  'message.list': query(
    z.strictObject({ ...room, ...pageInput() }).refine(namesOneRoom, oneRoom),
    page(message).extend({
      /** Where `message.onNew` goes on after this page, as its `after`: nothing between the two is missed. */
      liveFrom: streamPlace,
    }),
  ),
  'message.delete': mutation(
    z.strictObject({ ...room, messageId: opaqueId }).refine(namesOneRoom, oneRoom),
    done,
  ),
  'message.onNew': subscription(
    z
      .strictObject({
        ...room,
        /** Where to begin; without it with what is sent from now on. */
        after: streamPlace.optional(),
      })
      .refine(namesOneRoom, oneRoom),
    message,
  ),
} as const;
