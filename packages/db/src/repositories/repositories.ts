import type { Database, Transaction } from '../database.js';
import { GuildScope } from './guild.js';
import { Guilds } from './guilds.js';
import { Jobs } from './jobs.js';
import { Memberships } from './memberships.js';
import { Outbox } from './outbox.js';
import { Processes } from './processes.js';
import { ProgramFacts } from './program-facts.js';
import { Sessions } from './sessions.js';
import { UserSettings } from './user-settings.js';
import { Users } from './users.js';

/** Every repository, on one database or inside one transaction. */
export interface Repositories {
  readonly users: Users;
  readonly userSettings: UserSettings;
  readonly sessions: Sessions;
  readonly memberships: Memberships;
  readonly guilds: Guilds;
  readonly facts: ProgramFacts;
  readonly outbox: Outbox;
  readonly jobs: Jobs;
  readonly processes: Processes;
  /** What belongs to one guild. */
  guild(guildId: string): GuildScope;
}

/** The repositories over a database, for reads, or over a transaction. */
export function repositories(scope: Database | Transaction): Repositories {
  return {
    users: new Users(scope),
    userSettings: new UserSettings(scope),
    sessions: new Sessions(scope),
    memberships: new Memberships(scope),
    guilds: new Guilds(scope),
    facts: new ProgramFacts(scope),
    outbox: new Outbox(scope),
    jobs: new Jobs(scope),
    processes: new Processes(scope),
    guild: (guildId) => new GuildScope(scope, guildId),
  };
}
