import type {
  GuildDetail,
  GuildMember,
  GuildSettings,
  GuildSummary,
  ListedGuild,
  Conversation,
  Message,
  OwnProfile,
  Role,
  SessionDevice,
  SessionGuild,
  UsagePerson,
  UserSettings,
  VisibleProfile,
} from '@slimy/contract';
import { conversation, userSettings } from '@slimy/contract';
import type {
  ConversationRow,
  GuildRow,
  MemberRow,
  MessageRow,
  SessionRow,
  StatsOfPerson,
  UserRow,
} from '@slimy/db';
import type { DiscordImages } from './discord/images.js';
import { deviceName } from './identity/device-name.js';
import { endOf } from './identity/sessions.js';
import { abilitiesOf } from './permissions/actions.js';
import type { StoredGuild } from './queries/guilds.js';
import { shownSums } from './usage/sums.js';

/** Turns rows into what the contract shows of them. */
export class Presenters {
  readonly #images: DiscordImages;

  constructor(images: DiscordImages) {
    this.#images = images;
  }

  /** What others see of a person. */
  visibleProfile(user: UserRow): VisibleProfile {
    const { id, discordId, username, globalName, avatar } = user;
    return { id, discordId, username, globalName, avatarUrl: this.#images.avatar(discordId, avatar) };
  }

  /** What a person, or an operator, sees of them. */
  ownProfile(user: UserRow): OwnProfile {
    const { email, lastActiveGuildId, createdAt } = user;
    const { id, discordId, username, globalName, avatarUrl } = this.visibleProfile(user);
    return { id, discordId, username, globalName, avatarUrl, email, lastActiveGuildId, createdAt };
  }

  sessionGuild({ id, name, icon }: GuildRow, roles: readonly Role[]): SessionGuild {
    return {
      id,
      name,
      iconUrl: this.#images.guildIcon(id, icon),
      roles: [...roles],
      abilities: abilitiesOf(roles),
    };
  }

  listedGuild(row: GuildRow): ListedGuild {
    const { id, name, icon, memberCount, messageCount, botPresent, createdAt, ownerDiscordId } = row;
    const iconUrl = this.#images.guildIcon(id, icon);
    return { id, name, iconUrl, memberCount, messageCount, botPresent, createdAt, ownerDiscordId };
  }

  guildSummary(row: GuildRow, roles: readonly Role[]): GuildSummary {
    const { id, name, icon, memberCount, messageCount, botPresent, createdAt } = row;
    const iconUrl = this.#images.guildIcon(id, icon);
    return { id, name, iconUrl, memberCount, messageCount, botPresent, createdAt, roles: [...roles] };
  }

  /** A guild as its members see it. The hottest answer of all: spelled out, since copying objects costs more. */
  guildDetail({ row, settings }: StoredGuild, held: readonly Role[]): GuildDetail {
    const { id, name, icon, memberCount, messageCount, botPresent, createdAt, ownerDiscordId, updatedAt } =
      row;
    const iconUrl = this.#images.guildIcon(id, icon);
    const [roles, abilities] = [[...held], abilitiesOf(held)];
    return {
      id,
      name,
      iconUrl,
      memberCount,
      messageCount,
      botPresent,
      createdAt,
      roles,
      ownerDiscordId,
      abilities,
      settings,
      updatedAt,
    };
  }

  guildMember(row: MemberRow): GuildMember {
    const { userId, discordId, username, globalName, avatar, joinedAt, source } = row;
    const avatarUrl = this.#images.avatar(discordId, avatar);
    const [roles, grantedRoles] = [[...row.roles], [...row.grantedRoles]];
    return { userId, discordId, username, globalName, avatarUrl, roles, grantedRoles, joinedAt, source };
  }

  usagePerson(row: StatsOfPerson): UsagePerson {
    const { userId, discordId, username, globalName, avatar } = row;
    const avatarUrl = this.#images.avatar(discordId, avatar);
    return { userId, discordId, username, globalName, avatarUrl, ...shownSums(row) };
  }

  conversation({
    id,
    title,
    personalityMode,
    messageCount,
    createdAt,
    updatedAt,
  }: ConversationRow): Conversation {
    const mode = conversation.shape.personalityMode.safeParse(personalityMode).data ?? null;
    return { id, title, personalityMode: mode, messageCount, createdAt, updatedAt };
  }

  /** A message as this person sees it. */
  message(row: MessageRow, viewerId: string): Message {
    const { id, guildId, conversationId, role, text, adminOnly, createdAt, userId } = row;
    const author = {
      userId,
      discordId: row.authorDiscordId,
      username: row.authorName,
      globalName: row.authorGlobalName,
      avatarUrl: this.#images.avatar(row.authorDiscordId, row.authorAvatar),
    };
    const clientId = userId === viewerId ? row.clientId : null;
    return { id, guildId, conversationId, author, role, text, adminOnly, clientId, createdAt };
  }

  sessionDevice(session: SessionRow, currentId: string | null): SessionDevice {
    const { id, ipAddress, createdAt, lastSeenAt } = session;
    return {
      id,
      current: id === currentId,
      device: deviceName(session.userAgent),
      ipAddress,
      createdAt,
      lastSeenAt,
      expiresAt: endOf(session),
    };
  }
}

/** A person's preferences: what they saved over what holds until they choose. What does not fit counts as unsaved. */
export function shownUserSettings(saved: object | null): UserSettings {
  const parsed = userSettings.safeParse(saved ?? {});
  return parsed.success ? parsed.data : userSettings.parse({});
}

/** Settings as the audit trail keeps them: the fields that differ between two states. */
export function changedFields<State extends object>(
  before: State,
  after: State,
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const earlier = new Map<string, unknown>(Object.entries(before));
  const differing = Object.entries(after).filter(
    ([name, value]: [string, unknown]) => shape(value) !== shape(earlier.get(name)),
  );
  return {
    before: Object.fromEntries(differing.map(([name]) => [name, earlier.get(name) ?? null])),
    after: Object.fromEntries(differing),
  };
}

function shape(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? '';
}

/** The stored settings without the fields that every save sets. */
export function settingsFields(settings: GuildSettings): Omit<GuildSettings, 'version' | 'updatedAt'> {
  const { version: _version, updatedAt: _updatedAt, ...fields } = settings;
  return fields;
}
