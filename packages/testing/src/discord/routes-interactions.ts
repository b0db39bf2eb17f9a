import { InteractionResponseType, MessageFlags } from 'discord-api-types/v10';
import { z } from 'zod';
import { modalForm } from './component-form.js';
import { parseForm } from './form.js';
import type { InteractionDesk } from './interaction-desk.js';
import type { FakeInteraction } from './interaction.js';
import { parseMessage } from './message-form.js';
import { refusals } from './refusals.js';
import { noContent, ok, type RestCall, type RestRoute } from './rest-call.js';
import type { SnowflakeSource } from './snowflakes.js';
import type { Clock } from './clock.js';
import { messageShape, newMessage, rewrite, type VisibleMessage } from './visible-message.js';
import type { FakeWorld } from './world.js';

const callbackForm = z.object({
  type: z
    .enum(InteractionResponseType)
    .exclude(['Pong', 'ApplicationCommandAutocompleteResult', 'PremiumRequired', 'LaunchActivity']),
  data: z.unknown().optional(),
});
const deferralData = z.object({ flags: z.int().optional() }).nullish();
const flagged = z.object({ flags: z.int().nullish() }).nullish();

function isEphemeral(body: unknown): boolean {
  const given = flagged.safeParse(body);
  return given.success && ((given.data?.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
}

/** Acknowledging interactions, and writing their replies afterwards. */
export function interactionRoutes(
  desk: InteractionDesk,
  world: FakeWorld,
  ids: SnowflakeSource,
  clock: Clock,
): RestRoute[] {
  const shape = (message: VisibleMessage, interaction: FakeInteraction) =>
    messageShape(message, world.bot, interaction.channelId);

  const opened = ({ params }: RestCall): FakeInteraction => {
    if (params['applicationId'] !== world.bot.id) throw refusals.unknownWebhook();
    const interaction = desk.byToken(params['token'] ?? '');
    interaction.assertTokenValid();
    return interaction;
  };
  const messageOf = (call: RestCall): { interaction: FakeInteraction; message: VisibleMessage } => {
    const interaction = opened(call);
    const id = call.params['messageId'];
    const message =
      id === '@original' ? interaction.original : interaction.messages.find((known) => known.id === id);
    if (!message || message.deleted) throw refusals.unknownMessage();
    return { interaction, message };
  };
  const webhook = '/webhooks/:applicationId/:token';

  return [
    {
      method: 'POST',
      pattern: '/interactions/:id/:token/callback',
      access: 'none',
      answer: (call) => {
        const interaction = desk.forCallback(call.params['id'] ?? '', call.params['token'] ?? '');
        acknowledge(interaction, call, ids.next(clock()));
        if (call.query.get('with_response') !== 'true') return noContent;
        const { original, acknowledged } = interaction;
        return ok({
          interaction: {
            id: interaction.id,
            type: 2,
            ...(original ? { response_message_id: original.id } : {}),
            response_message_loading: original?.thinking ?? false,
            response_message_ephemeral: original?.ephemeral ?? false,
          },
          ...(original && acknowledged !== 'modal'
            ? { resource: { type: 4, message: shape(original, interaction) } }
            : {}),
        });
      },
    },
    {
      method: 'POST',
      pattern: webhook,
      access: 'none',
      answer: (call) => {
        const interaction = opened(call);
        const form = parseMessage(call.body, { files: call.files.length, mayBeEmpty: false });
        const { original } = interaction;
        if (original?.thinking) {
          rewrite(original, form, call.files);
          return ok(shape(original, interaction));
        }
        const message = newMessage(ids.next(clock()), isEphemeral(call.body), form, call.files);
        interaction.followUps.push(message);
        return ok(shape(message, interaction));
      },
    },
    {
      method: 'GET',
      pattern: `${webhook}/messages/:messageId`,
      access: 'none',
      answer: (call) => {
        const { interaction, message } = messageOf(call);
        return ok(shape(message, interaction));
      },
    },
    {
      method: 'PATCH',
      pattern: `${webhook}/messages/:messageId`,
      access: 'none',
      answer: (call) => {
        const { interaction, message } = messageOf(call);
        const mayBeEmpty = message.content !== '' || message.embeds.length > 0;
        rewrite(message, parseMessage(call.body, { files: call.files.length, mayBeEmpty }), call.files);
        if (interaction.acknowledged === 'deferred-update') interaction.acknowledged = 'update';
        return ok(shape(message, interaction));
      },
    },
    {
      method: 'DELETE',
      pattern: `${webhook}/messages/:messageId`,
      access: 'none',
      answer: (call) => {
        messageOf(call).message.deleted = true;
        return noContent;
      },
    },
  ];
}

function acknowledge(interaction: FakeInteraction, call: RestCall, messageId: string): void {
  const { type, data } = parseForm(callbackForm, call.body);
  const files = call.files;
  switch (type) {
    case InteractionResponseType.ChannelMessageWithSource: {
      const form = parseMessage(data, { files: files.length, mayBeEmpty: false });
      interaction.acknowledge('message');
      interaction.original = newMessage(messageId, isEphemeral(data), form, files);
      return;
    }
    case InteractionResponseType.DeferredChannelMessageWithSource:
      parseForm(deferralData, data);
      interaction.acknowledge('deferred');
      interaction.original = newMessage(messageId, isEphemeral(data), null);
      return;
    case InteractionResponseType.DeferredMessageUpdate:
      interaction.acknowledge('deferred-update');
      interaction.original = interaction.source;
      return;
    case InteractionResponseType.UpdateMessage: {
      const form = parseMessage(data, { files: files.length, mayBeEmpty: true });
      if (!interaction.source)
        throw refusals.invalidForm([{ path: ['type'], message: 'No message to update' }]);
      interaction.acknowledge('update');
      interaction.original = interaction.source;
      rewrite(interaction.source, form, files);
      return;
    }
    case InteractionResponseType.Modal: {
      const modal = parseForm(modalForm, data);
      interaction.acknowledge('modal');
      interaction.modal = modal;
    }
  }
}
