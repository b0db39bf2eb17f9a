import { z } from 'zod';
import { limits } from '../limits.js';
import { listInput, page } from '../pages.js';
import { done, opaqueId, prose } from '../scalars.js';
import { mutation, query } from './procedure.js';

/** How the assistant answers in a conversation. */
export const conversationModes = ['helpful', 'creative', 'professional', 'casual'] as const;

/** A person's own conversation with the assistant. */
export const conversation = z.object({
  id: opaqueId,
  title: z.string().nullable(),
  /** Null: the person's usual one. */
  personalityMode: z.enum(conversationModes).nullable(),
  messageCount: z.int().min(0),
  createdAt: z.date(),
  /** Moves with every message. */
  updatedAt: z.date(),
});
export type Conversation = z.infer<typeof conversation>;

const title = prose(limits.conversationTitleMax);
const theConversation = z.strictObject({ conversationId: opaqueId });

export const conversationProcedures = {
  'conversation.create': mutation(
    z.strictObject({
      title: title.nullable().default(null),
      personalityMode: z.enum(conversationModes).nullable().default(null),
    }),
    conversation,
  ),
  'conversation.rename': mutation(
    theConversation.extend({
      /** Null takes the title away. */
      title: title.nullable(),
    }),
    conversation,
  ),
  /** Takes the messages along. */
  'conversation.delete': mutation(theConversation, done),
  /** The one with the newest message first. */
  'conversation.list': query(listInput, page(conversation)),
  'conversation.byId': query(theConversation, conversation),
} as const;
