import type { Cache } from '@slimy/cache';
import type { Settings } from '@slimy/config';
import type { Database, MigrationStatus, Repositories } from '@slimy/db';
import type { AuditVerification } from '../audit/verification.js';
import { MessageStream } from '../chat/message-stream.js';
import type { Clock } from '../clock.js';
import type { discordImages } from '../discord/images.js';
import type { OwnDiscordGuilds } from '../discord/own-guilds.js';
import type { DiscordFacts } from '../discord/rest.js';
import { ConnectableGuilds } from '../guilds/connectable.js';
import { GuildConnection } from '../guilds/connection.js';
import { GuildFactWriter } from '../guilds/guild-facts.js';
import { createMemberSync } from '../guilds/member-sync.js';
import { MemberWriter } from '../guilds/member-writer.js';
import { GuildWatch } from '../guilds/watch.js';
import type { Authentication } from '../identity/authentication.js';
import type { LoginNotices } from '../identity/discord/login-notices.js';
import type { RequestReads } from '../identity/request-reads.js';
import type { SessionLife } from '../identity/sessions.js';
import type { DataExports } from '../lifecycle/data-export.js';
import type { ErasedList } from '../lifecycle/erased-list.js';
import type { GuildDeletion } from '../lifecycle/guild-deletion.js';
import type { GuildErasure } from '../lifecycle/guild-erasure.js';
import type { PersonErasure } from '../lifecycle/person-erasure.js';
import type { Retention } from '../lifecycle/retention.js';
import type { OpenStreams } from '../outbox/open-streams.js';
import type { RoomClock } from '../outbox/room-clock.js';
import { Presenters } from '../presenters.js';
import type { Queries } from '../queries/cached-query.js';
import type { UploadAddresses } from '../uploads/addresses.js';
import type { WritePath } from '../write/write-path.js';
import { createApiTokenService } from './api-token-service.js';
import { createAuditService } from './audit-service.js';
import { createClubAnalysisService } from './club-analysis-service.js';
import { createClubMemberService } from './club-member-service.js';
import { createConversationService } from './conversation-service.js';
import { createGuildMemberService } from './guild-member-service.js';
import { createGuildPersonalityService } from './guild-personality-service.js';
import { createGuildService } from './guild-service.js';
import { createGuildSettingsService } from './guild-settings-service.js';
import { createLifecycleService } from './lifecycle-service.js';
import { createMessageService } from './message-service.js';
import { createScreenshotService } from './screenshot-service.js';
import type { Services } from './services.js';
import { createSessionService } from './session-service.js';
import { createSystemService } from './system-service.js';
import { createUploadService } from './upload-service.js';
import { createUsageService } from './usage-service.js';
import { createUserService } from './user-service.js';

/** What the services stand on, made once for all of them. */
interface ServiceParts {
  readonly settings: Settings;
  /** The version of the program, as it is shown. */
  readonly version: string;
  readonly startedAt: Date;
  readonly isDemo: boolean;
  /** Whether somebody can sign in to the demo community. */
  readonly demoLogin: boolean;
  readonly database: Database;
  readonly repositories: Repositories;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly migrations: () => Promise<MigrationStatus>;
  readonly queries: Queries;
  readonly reads: RequestReads;
  readonly writes: WritePath;
  readonly authentication: Authentication;
  readonly sessions: SessionLife;
  readonly notices: LoginNotices;
  readonly discord: DiscordFacts;
  readonly images: ReturnType<typeof discordImages>;
  /** The servers a person is in, in Discord's own words; null where nobody can sign in with Discord. */
  readonly ownGuilds: OwnDiscordGuilds | null;
  readonly rooms: RoomClock;
  readonly open: OpenStreams;
  readonly wake: (sessionOrTokenId: string) => void;
  readonly erased: ErasedList;
  readonly erasure: PersonErasure;
  readonly guildDeletion: GuildDeletion;
  readonly guildErasure: GuildErasure;
  readonly retention: Retention;
  readonly exports: DataExports;
  readonly verification: AuditVerification;
  readonly addresses: UploadAddresses;
}

const MEGABYTE = 1_048_576;

/** Every service of the program over the parts that they share. */
export function createServices(parts: ServiceParts): Services {
  const { settings, database, repositories, cache, clock, queries, reads, writes } = parts;
  const { authentication, rooms, open, erased, exports, guildErasure, discord, images, ownGuilds } = parts;
  const presenters = new Presenters(images);
  const isDemo = () => parts.isDemo;
  return {
    sessions: createSessionService({
      queries,
      reads,
      repositories,
      sessions: parts.sessions,
      notices: parts.notices,
      presenters,
      clock,
      isDemo,
    }),
    apiTokens: createApiTokenService({ repositories, reads, writes, wake: parts.wake }),
    users: createUserService({ queries, reads, writes, presenters, exports, erasure: parts.erasure }),
    guilds: createGuildService({
      queries,
      reads,
      repositories,
      presenters,
      connectable: new ConnectableGuilds({ repositories, images, ownGuilds }),
      connection: new GuildConnection({ writes, repositories, discord, erased, ownGuilds }),
      deletion: parts.guildDeletion,
      facts: new GuildFactWriter(writes, repositories, erased),
      watch: new GuildWatch({ repositories, reads, authentication, rooms, open }),
    }),
    members: createGuildMemberService({
      queries,
      writer: new MemberWriter(writes, repositories, erased),
      sync: createMemberSync({ writes, repositories, clock, erased }),
      presenters,
    }),
    guildSettings: createGuildSettingsService({ reads, writes }),
    personality: createGuildPersonalityService({ queries, reads, writes }),
    audit: createAuditService({ repositories, writes, verification: parts.verification, clock }),
    clubAnalyses: createClubAnalysisService({ queries, repositories, writes }),
    clubMembers: createClubMemberService({ reads, repositories, clock }),
    screenshots: createScreenshotService({ repositories, writes }),
    usage: createUsageService({ queries, repositories, writes, presenters, clock }),
    conversations: createConversationService({ repositories, writes, presenters }),
    messages: createMessageService({
      queries,
      reads,
      repositories,
      writes,
      presenters,
      stream: new MessageStream({ repositories, reads, authentication, rooms, open, presenters }),
    }),
    lifecycle: createLifecycleService({
      database,
      writes,
      guildErasure,
      retention: parts.retention,
      exports,
    }),
    uploads: createUploadService({
      repositories,
      reads,
      writes,
      addresses: parts.addresses,
      clock,
      quotas: {
        person: settings.UPLOAD_QUOTA_PERSON_MB * MEGABYTE,
        guild: settings.UPLOAD_QUOTA_GUILD_MB * MEGABYTE,
      },
    }),
    system: createSystemService({
      version: parts.version,
      dataDir: settings.DATA_DIR,
      clock,
      startedAt: parts.startedAt,
      database,
      repositories,
      cache,
      writes,
      migrations: parts.migrations,
      isDemo,
      login: () => ({ discord: settings.DISCORD_CLIENT_ID !== undefined, demo: parts.demoLogin }),
    }),
  };
}
