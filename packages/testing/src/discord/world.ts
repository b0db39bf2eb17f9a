import { SnowflakeSource } from './snowflakes.js';
import type { FakeChannel, FakeGuild, FakeMember, FakePerson, FakeRole, WorldChange } from './world-types.js';

/** Entities of the world are this old, so that their ids are the same in every run. */
const WORLD_MADE_AT = Date.UTC(2024, 0, 1);
/** What everyone may do in a new guild: view channels, send messages, read history, use commands. */
const EVERYONE = 0x8000_0000n | 0x1_0c00n;

/** What the fake Discord knows: people, guilds, roles, members, channels. Every change is told to the gateway. */
export class FakeWorld {
  readonly people = new Map<string, FakePerson>();
  readonly guilds = new Map<string, FakeGuild>();
  /** The application's own bot. */
  readonly bot: FakePerson;
  readonly #ids = new SnowflakeSource();
  readonly #listeners = new Set<(change: WorldChange) => void>();
  #made = 0;

  constructor(botId: string, botName: string) {
    this.bot = { id: botId, username: botName, globalName: null, avatar: null, email: null, bot: true };
    this.people.set(botId, this.bot);
  }

  /** Calls `listener` after every change, in order. */
  onChange(listener: (change: WorldChange) => void): void {
    this.#listeners.add(listener);
  }

  addPerson(person: { username: string } & Partial<Omit<FakePerson, 'bot'>>): FakePerson {
    const added: FakePerson = {
      id: person.id ?? this.#nextId(),
      username: person.username,
      globalName: person.globalName ?? null,
      avatar: person.avatar ?? null,
      email: person.email ?? `${person.username}@example.com`,
      bot: false,
    };
    this.people.set(added.id, added);
    return added;
  }

  /** Changes a person's names or picture; every guild they are in tells of it. */
  changePerson(
    personId: string,
    change: Partial<Pick<FakePerson, 'username' | 'globalName' | 'avatar'>>,
  ): void {
    Object.assign(this.person(personId), change);
    for (const guild of this.guilds.values()) {
      const member = guild.members.get(personId);
      if (member) this.#tell({ kind: 'member-updated', guild, member });
    }
  }

  /** Adds a guild whose owner is a member of it; the bot is in it unless `withBot` is false. */
  addGuild(guild: {
    name: string;
    ownerId: string;
    id?: string;
    icon?: string | null;
    withBot?: boolean;
  }): FakeGuild {
    const id = guild.id ?? this.#nextId();
    const added: FakeGuild = {
      id,
      name: guild.name,
      icon: guild.icon ?? null,
      ownerId: guild.ownerId,
      unavailable: false,
      roles: new Map([[id, { id, name: '@everyone', permissions: EVERYONE }]]),
      members: new Map(),
      channels: new Map(),
    };
    this.guilds.set(id, added);
    this.addMember(id, guild.ownerId);
    this.addChannel(id, 'general');
    if (guild.withBot !== false) this.addBot(id);
    return added;
  }

  /** Changes a guild's name, icon or owner. */
  changeGuild(guildId: string, change: Partial<Pick<FakeGuild, 'name' | 'icon' | 'ownerId'>>): void {
    const guild = Object.assign(this.guild(guildId), change);
    this.#tell({ kind: 'guild-updated', guild });
  }

  /** Begins or ends an outage of one guild. */
  setOutage(guildId: string, unavailable: boolean): void {
    const guild = this.guild(guildId);
    guild.unavailable = unavailable;
    this.#tell({ kind: unavailable ? 'guild-gone' : 'guild-available', guild });
  }

  /** Invites the bot. */
  addBot(guildId: string): void {
    this.addMember(guildId, this.bot.id);
    this.#tell({ kind: 'guild-available', guild: this.guild(guildId) });
  }

  /** Throws the bot out. */
  removeBot(guildId: string): void {
    const guild = this.guild(guildId);
    guild.members.delete(this.bot.id);
    this.#tell({ kind: 'guild-gone', guild });
  }

  addRole(guildId: string, role: { name: string; permissions?: bigint; id?: string }): FakeRole {
    const guild = this.guild(guildId);
    const added = { id: role.id ?? this.#nextId(), name: role.name, permissions: role.permissions ?? 0n };
    guild.roles.set(added.id, added);
    this.#tell({ kind: 'role-created', guild, role: added });
    return added;
  }

  changeRole(guildId: string, roleId: string, change: Partial<Pick<FakeRole, 'name' | 'permissions'>>): void {
    const guild = this.guild(guildId);
    const role = guild.roles.get(roleId);
    if (!role) throw new Error(`guild ${guildId} has no role ${roleId}`);
    this.#tell({ kind: 'role-updated', guild, role: Object.assign(role, change) });
  }

  /** Removes a role; those who had it lose it. */
  removeRole(guildId: string, roleId: string): void {
    const guild = this.guild(guildId);
    guild.roles.delete(roleId);
    for (const member of guild.members.values())
      member.roleIds = member.roleIds.filter((id) => id !== roleId);
    this.#tell({ kind: 'role-removed', guild, roleId });
  }

  addMember(
    guildId: string,
    personId: string,
    member: Partial<Omit<FakeMember, 'personId'>> = {},
  ): FakeMember {
    const guild = this.guild(guildId);
    this.person(personId);
    const added: FakeMember = {
      personId,
      roleIds: member.roleIds ?? [],
      nick: member.nick ?? null,
      joinedAt: member.joinedAt ?? new Date(WORLD_MADE_AT),
    };
    guild.members.set(personId, added);
    if (personId !== this.bot.id) this.#tell({ kind: 'member-added', guild, member: added });
    return added;
  }

  changeMember(
    guildId: string,
    personId: string,
    change: Partial<Pick<FakeMember, 'roleIds' | 'nick'>>,
  ): void {
    const guild = this.guild(guildId);
    const member = guild.members.get(personId);
    if (!member) throw new Error(`${personId} is not a member of guild ${guildId}`);
    this.#tell({ kind: 'member-updated', guild, member: Object.assign(member, change) });
  }

  removeMember(guildId: string, personId: string): void {
    const guild = this.guild(guildId);
    guild.members.delete(personId);
    this.#tell({ kind: 'member-removed', guild, personId });
  }

  addChannel(guildId: string, name: string): FakeChannel {
    const guild = this.guild(guildId);
    const channel = { id: this.#nextId(), name };
    guild.channels.set(channel.id, channel);
    this.#tell({ kind: 'channel-created', guild, channel });
    return channel;
  }

  /** The person with this id; throws for one who is not in the world. */
  person(personId: string): FakePerson {
    const person = this.people.get(personId);
    if (!person) throw new Error(`no person ${personId} in the fake world; add them first`);
    return person;
  }

  /** The guild with this id; throws for one that is not in the world. */
  guild(guildId: string): FakeGuild {
    const guild = this.guilds.get(guildId);
    if (!guild) throw new Error(`no guild ${guildId} in the fake world; add it first`);
    return guild;
  }

  /** Whether the bot is a member of the guild. */
  hasBot(guild: FakeGuild): boolean {
    return guild.members.has(this.bot.id);
  }

  #nextId(): string {
    this.#made += 1;
    return this.#ids.next(WORLD_MADE_AT + this.#made);
  }

  #tell(change: WorldChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
