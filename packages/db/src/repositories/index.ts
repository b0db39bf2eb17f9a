export type { ApiTokenAccess, ApiTokenGrant, ApiTokenKeys, ApiTokenRow, NewApiToken } from './api-tokens.js';
export type { SealedTokenRow } from './sealed-tokens.js';
export { archiveStates } from './archives.js';
export type { ArchiveProgress, ArchiveRow, ArchiveState, NewArchive } from './archives.js';
export type { AuditLogRow, AuditSealRow, StoredAuditPersonal } from './audit-seals.js';
export type { AuditActionCount, AuditFilter, AuditPersonalRow, AuditRow, AuditTrail } from './audit-trail.js';
export {
  messageRoom,
  type ChatMessages,
  type MessageRole,
  type MessagePage,
  type MessagePageRequest,
  type MessageRow,
  type NewMessage,
  type SentMessage,
} from './chat-messages.js';
export type {
  ClubAnalysis,
  ClubAnalysisRow,
  ClubImageRow,
  ClubMetricAt,
  ClubMetricRow,
  NewClubAnalysis,
} from './club-analyses.js';
export type { ClubLatestRow, ClubRosterFilter, ClubRosterRequest, ClubRosterSort } from './club-latest.js';
export type { ClubAliasRow, ClubMemberRow, NewClubMember } from './club-members.js';
export type {
  NewestPowers,
  ObservationBatch,
  ObservationRow,
  ObservationSource,
  ObservedMember,
  ObservedPower,
} from './club-observations.js';
export type { ConversationRow } from './conversations.js';
export type { ErasedPersonRow } from './erased-people.js';
export type { MemberFilter, MemberRow, MembershipSource, MembershipState } from './guild-members.js';
export type { GuildChanges, GuildScope } from './guild.js';
export type { StoredPersonality } from './guild-personality.js';
export { unsetGuildSettings, type StoredSettings } from './guild-settings.js';
export type { GuildFacts, GuildRow } from './guilds.js';
export { jobStates, type JobLease, type JobRow, type JobState, type NewJob, type TakenJob } from './jobs.js';
export type { MembershipRow } from './memberships.js';
export type { RoomFact, StoredInvalidation } from './outbox.js';
export type { BoundedCount, Page, PageRequest } from './pages.js';
export type { PersonScope } from './person.js';
export { repositories, type Repositories } from './repositories.js';
export type { NewRetentionPolicy, RetentionPolicyRow } from './retention-policies.js';
export type {
  NewScreenshotAnalysis,
  ScreenshotAnalysis,
  ScreenshotListRequest,
  ScreenshotRow,
} from './screenshot-analyses.js';
export type {
  ComparisonRow,
  ComparisonTrend,
  ComparisonType,
  NewComparison,
} from './screenshot-comparisons.js';
export type {
  ScreenshotDataRow,
  ScreenshotDataType,
  ScreenshotInsightRow,
  ScreenshotLevel,
  ScreenshotRecommendationRow,
  ScreenshotTagRow,
} from './screenshot-parts.js';
export type { SessionRow } from './sessions.js';
export type {
  GuildStats,
  StatBucket,
  StatListRequest,
  StatRow,
  Stats,
  StatsOfPerson,
  StatsOfType,
  StatSums,
} from './stats.js';
export type { StatFilter, StatPeriod } from './stat-sums.js';
export type { NewUpload, OwnedUploads, StoredFile, UploadRow, UploadState } from './uploads.js';
export { profileDiffers, type DiscordProfile, type SealedDiscordTokens, type UserRow } from './users.js';
