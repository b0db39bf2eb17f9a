import type { Database, Transaction } from '../database.js';
import { ApiTokenKeys } from './api-tokens.js';
import { Archives } from './archives.js';
import { AuditSeals } from './audit-seals.js';
import { AuditTrail } from './audit-trail.js';
import { ErasedPeople } from './erased-people.js';
import { GuildScope } from './guild.js';
import { Guilds } from './guilds.js';
import { Jobs } from './jobs.js';
import { Memberships } from './memberships.js';
import { Outbox } from './outbox.js';
import { Processes } from './processes.js';
import { PersonScope } from './person.js';
import { ProgramFacts } from './program-facts.js';
import { RetentionPolicies } from './retention-policies.js';
import { SealedTokens } from './sealed-tokens.js';
import { Sessions } from './sessions.js';
import { Uploads } from './uploads.js';
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
  /** Personal tokens by what is shown of them. */
  readonly apiTokens: ApiTokenKeys;
  readonly sealedTokens: SealedTokens;
  /** Uploads by their id alone. */
  readonly uploads: Uploads;
  /** The whole trail; a guild's and a person's part of it are in their scopes. */
  readonly audit: AuditTrail;
  readonly auditSeals: AuditSeals;
  readonly archives: Archives;
  readonly retentionPolicies: RetentionPolicies;
  readonly erasedPeople: ErasedPeople;
  /** What belongs to one guild. */
  guild(guildId: string): GuildScope;
  /** What belongs to one person alone. */
  person(userId: string): PersonScope;
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
    apiTokens: new ApiTokenKeys(scope),
    sealedTokens: new SealedTokens(scope),
    uploads: new Uploads(scope),
    audit: new AuditTrail(scope, {}),
    auditSeals: new AuditSeals(scope),
    archives: new Archives(scope),
    retentionPolicies: new RetentionPolicies(scope),
    erasedPeople: new ErasedPeople(scope),
    guild: (guildId) => new GuildScope(scope, guildId),
    person: (userId) => new PersonScope(scope, userId),
  };
}
