import {
  ApplicationIntegrationType,
  ChannelType,
  ComponentType,
  GatewayDispatchEvents,
  InteractionContextType,
  InteractionType,
  Locale,
  type APIBaseInteraction,
} from 'discord-api-types/v10';
import type { Activity } from './activity.js';
import type { Clock } from './clock.js';
import { commandData, type OptionValues } from './command-invocation.js';
import { lengthOf } from './form.js';
import type { FakeGateway } from './gateway.js';
import { FakeInteraction } from './interaction.js';
import { guildPermissions } from './permissions.js';
import { refusals } from './refusals.js';
import type { CommandStore } from './routes-commands.js';
import { memberShape, type Wire } from './shapes.js';
import type { SnowflakeSource } from './snowflakes.js';
import { messageShape, type VisibleMessage } from './visible-message.js';
import type { FakeWorld } from './world.js';

/** The largest file an application may send, in bytes. */
const ATTACHMENT_MAX = 10 * 1024 * 1024;

interface DeskParts {
  readonly world: FakeWorld;
  readonly commands: CommandStore;
  readonly gateway: FakeGateway;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly ids: SnowflakeSource;
}

interface Doing {
  readonly personId: string;
  readonly guildId: string;
  readonly channelId?: string | undefined;
  readonly source?: VisibleMessage;
}

/** Does what people do in Discord's window, and keeps what the application answers. */
export class InteractionDesk {
  readonly #parts: DeskParts;
  readonly #open = new Map<string, FakeInteraction>();

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** A member types a command, as `guild settings set` with its options by name. */
  slash(who: Doing, line: string, options: OptionValues = {}): FakeInteraction {
    const { world, commands } = this.#parts;
    const data = commandData(world, world.guild(who.guildId), commands.commands, line, options);
    return this.#send(who, InteractionType.ApplicationCommand, data);
  }

  /** A person presses a button, or picks values of a menu, below a message they can see. */
  press(
    of: FakeInteraction,
    message: VisibleMessage,
    customId: string,
    as: { personId?: string; values?: readonly string[] } = {},
  ): FakeInteraction {
    const component = message.components
      .flatMap((row) => row.components)
      .find((candidate) => candidate.custom_id === customId);
    if (!component || message.deleted) throw new Error(`the message has no component ${customId}`);
    if (component.disabled) throw new Error(`${customId} is disabled`);
    const personId = as.personId ?? of.personId;
    if (message.ephemeral && personId !== of.personId)
      throw new Error('only its own person sees this message');
    const data = {
      custom_id: customId,
      component_type: component.type,
      ...(component.type === ComponentType.StringSelect ? { values: as.values ?? [] } : {}),
    };
    const who = { personId, guildId: of.guildId, channelId: of.channelId, source: message };
    return this.#send(who, InteractionType.MessageComponent, data);
  }

  /** A person fills in the dialog that an interaction opened. */
  submit(of: FakeInteraction, values: Readonly<Record<string, string>>): FakeInteraction {
    const { modal } = of;
    if (!modal) throw new Error('no dialog is open');
    const fields = modal.components.flatMap((row) => row.components);
    for (const field of fields) {
      const length = lengthOf(values[field.custom_id] ?? '');
      const isOptional = field.required === false && length === 0;
      if (!isOptional && (length < (field.min_length ?? 1) || length > (field.max_length ?? 4000))) {
        throw new Error(`the dialog does not accept this in "${field.label}"`);
      }
    }
    const data = {
      custom_id: modal.custom_id,
      components: fields.map((field) => ({
        type: ComponentType.ActionRow,
        components: [
          { type: ComponentType.TextInput, custom_id: field.custom_id, value: values[field.custom_id] ?? '' },
        ],
      })),
    };
    const who = { personId: of.personId, guildId: of.guildId, channelId: of.channelId };
    return this.#send(of.source ? { ...who, source: of.source } : who, InteractionType.ModalSubmit, data);
  }

  /** The interaction with this token; refuses as Discord does for a token it never gave. */
  byToken(token: string): FakeInteraction {
    const interaction = this.#open.get(token);
    if (!interaction) throw refusals.unknownWebhook();
    return interaction;
  }

  /** The interaction an acknowledgement is for. */
  forCallback(id: string, token: string): FakeInteraction {
    const interaction = this.#open.get(token);
    if (interaction?.id !== id) throw refusals.unknownInteraction();
    return interaction;
  }

  #send(who: Doing, type: InteractionType, data: unknown): FakeInteraction {
    const { world, clock, activity, ids, gateway } = this.#parts;
    const guild = world.guild(who.guildId);
    const member = guild.members.get(who.personId);
    if (!member) throw new Error(`${who.personId} is not a member of ${guild.name}`);
    const channelId = who.channelId ?? [...guild.channels.keys()][0] ?? guild.id;
    const made = { id: ids.next(clock()), channelId, personId: who.personId, guildId: who.guildId };
    const interaction = new FakeInteraction(
      who.source ? { ...made, source: who.source } : made,
      clock,
      activity,
    );
    this.#open.set(interaction.token, interaction);
    const d: Wire<Omit<APIBaseInteraction<InteractionType, unknown>, 'message'>> = {
      id: interaction.id,
      application_id: world.bot.id,
      type,
      data,
      guild: { id: guild.id, locale: Locale.EnglishUS, features: [] },
      guild_id: guild.id,
      channel: { id: channelId, type: ChannelType.GuildText },
      channel_id: channelId,
      member: {
        ...memberShape(world.person(who.personId), member),
        permissions: guildPermissions(guild, who.personId).toString(),
      },
      token: interaction.token,
      version: 1,
      app_permissions: guildPermissions(guild, world.bot.id).toString(),
      locale: Locale.EnglishUS,
      guild_locale: Locale.EnglishUS,
      entitlements: [],
      authorizing_integration_owners: { [ApplicationIntegrationType.GuildInstall]: guild.id },
      context: InteractionContextType.Guild,
      attachment_size_limit: ATTACHMENT_MAX,
    };
    const message = who.source ? { message: messageShape(who.source, world.bot, channelId) } : {};
    gateway.dispatch({
      t: GatewayDispatchEvents.InteractionCreate,
      d: { ...d, ...message },
      intent: 0,
      guildId: guild.id,
    });
    return interaction;
  }
}
