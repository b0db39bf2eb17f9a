import type { InputOf, OutputOf, ProcedureName } from '@slimy/contract';
import type { Caller } from '../caller.js';

/** The method behind a query or mutation: takes the parsed input, gives what the output schema describes. */
export type Service<Name extends ProcedureName> = (
  caller: Caller,
  input: InputOf<Name>,
) => Promise<OutputOf<Name>>;

/** How a subscription begins and ends. */
export interface SubscriptionOptions {
  /** Where a client that comes back left off. */
  readonly lastEventId: string | null;
  readonly signal: AbortSignal;
  /** Told the place from which on everything will be given: an event id to come back with before there was any. */
  readonly begun?: (place: string) => void;
}

/** The method behind a subscription. */
export type SubscriptionService<Name extends ProcedureName> = (
  caller: Caller,
  input: InputOf<Name>,
  options: SubscriptionOptions,
) => AsyncIterable<{ readonly id: string; readonly event: OutputOf<Name> }>;

/** Sessions and who the caller is. */
export interface SessionService {
  current: Service<'auth.session'>;
  list: Service<'auth.sessions'>;
  revoke: Service<'auth.revokeSession'>;
  revokeOthers: Service<'auth.revokeOtherSessions'>;
}

/** Personal API tokens. */
export interface ApiTokenService {
  list: Service<'auth.tokens.list'>;
  create: Service<'auth.tokens.create'>;
  revoke: Service<'auth.tokens.revoke'>;
}

/** People and their preferences. */
export interface UserService {
  me: Service<'user.me'>;
  byId: Service<'user.byId'>;
  byDiscordId: Service<'user.byDiscordId'>;
  update: Service<'user.update'>;
  settings: Service<'user.settings.get'>;
  updateSettings: Service<'user.settings.update'>;
  export: Service<'user.export'>;
  erase: Service<'user.erase'>;
}

/** Guilds as Discord describes them and as people see them. */
export interface GuildService {
  /** @throws AppError `discord_sign_in_needed` when Discord wants the person to sign in anew, `discord_unavailable` */
  connectable: Service<'guild.connectable'>;
  connect: Service<'guild.connect'>;
  mine: Service<'guild.mine'>;
  list: Service<'guild.list'>;
  byId: Service<'guild.byId'>;
  refresh: Service<'guild.refresh'>;
  delete: Service<'guild.delete'>;
  sync: Service<'guild.sync'>;
  can: Service<'guild.can'>;
  onChange: SubscriptionService<'guild.onChange'>;
}

/** Who is in a guild and with which roles. */
export interface GuildMemberService {
  list: Service<'guild.members.list'>;
  add: Service<'guild.members.add'>;
  setRoles: Service<'guild.members.setRoles'>;
  remove: Service<'guild.members.remove'>;
  addMany: Service<'guild.members.addMany'>;
  setRolesMany: Service<'guild.members.setRolesMany'>;
  removeMany: Service<'guild.members.removeMany'>;
  sync: Service<'guild.members.sync'>;
}

/** A guild's settings form. */
export interface GuildSettingsService {
  get: Service<'guild.settings.get'>;
  update: Service<'guild.settings.update'>;
}

/** The character of a guild's assistant. */
export interface GuildPersonalityService {
  get: Service<'guild.personality.get'>;
  update: Service<'guild.personality.update'>;
  reset: Service<'guild.personality.reset'>;
  presets: Service<'guild.personality.presets'>;
  preview: Service<'guild.personality.preview'>;
}

/** The audit trail: reading it, taking it along, holding it against its seals. */
export interface AuditService {
  recent: Service<'audit.recent'>;
  failed: Service<'audit.failed'>;
  byResource: Service<'audit.byResource'>;
  stats: Service<'audit.stats'>;
  export: Service<'audit.export'>;
  verify: Service<'audit.verify'>;
}

/** What readers made of a club's screenshots. */
export interface ClubAnalysisService {
  byId: Service<'club.analysis.byId'>;
  list: Service<'club.analysis.list'>;
  delete: Service<'club.analysis.delete'>;
  metricsByCategory: Service<'club.metrics.byCategory'>;
}

/** The members of a guild's club. */
export interface ClubMemberService {
  latest: Service<'club.members.latest'>;
  history: Service<'club.members.history'>;
}

/** What was read off a person's own screenshots. */
export interface ScreenshotService {
  byId: Service<'screenshot.byId'>;
  list: Service<'screenshot.list'>;
  delete: Service<'screenshot.delete'>;
  compare: Service<'screenshot.compare'>;
  comparisons: Service<'screenshot.comparisons'>;
}

/** What happened, told and counted. */
export interface UsageService {
  record: Service<'usage.record'>;
  recordMany: Service<'usage.recordMany'>;
  series: Service<'usage.series'>;
  summary: Service<'usage.summary'>;
  top: Service<'usage.top'>;
  events: Service<'usage.events'>;
}

/** A person's own conversations. */
export interface ConversationService {
  create: Service<'conversation.create'>;
  rename: Service<'conversation.rename'>;
  delete: Service<'conversation.delete'>;
  list: Service<'conversation.list'>;
  byId: Service<'conversation.byId'>;
}

/** Messages in guilds and conversations. */
export interface MessageService {
  send: Service<'message.send'>;
  list: Service<'message.list'>;
  delete: Service<'message.delete'>;
  onNew: SubscriptionService<'message.onNew'>;
}

/** The life of data: what is kept, taken along, erased. */
export interface LifecycleService {
  policies: Service<'lifecycle.policies'>;
  setPolicy: Service<'lifecycle.setPolicy'>;
  preview: Service<'lifecycle.preview'>;
  run: Service<'lifecycle.run'>;
  archives: Service<'lifecycle.archives'>;
  restoreArchive: Service<'lifecycle.restoreArchive'>;
  exportGuild: Service<'lifecycle.exportGuild'>;
  eraseGuild: Service<'lifecycle.eraseGuild'>;
}

/** Files that people send. */
export interface UploadService {
  create: Service<'upload.create'>;
  byId: Service<'upload.byId'>;
  delete: Service<'upload.delete'>;
}

/** What operators ask of the running program. */
export interface SystemService {
  version: Service<'system.version'>;
  health: Service<'system.health'>;
  cacheStats: Service<'system.cacheStats'>;
  cacheExplain: Service<'system.cacheExplain'>;
  cacheInvalidate: Service<'system.cacheInvalidate'>;
  cacheClear: Service<'system.cacheClear'>;
  jobs: Service<'system.jobs'>;
  jobRetry: Service<'system.jobRetry'>;
}

/** Every service the routers may call. */
export interface Services {
  readonly sessions: SessionService;
  readonly apiTokens: ApiTokenService;
  readonly users: UserService;
  readonly guilds: GuildService;
  readonly members: GuildMemberService;
  readonly guildSettings: GuildSettingsService;
  readonly personality: GuildPersonalityService;
  readonly audit: AuditService;
  readonly clubAnalyses: ClubAnalysisService;
  readonly clubMembers: ClubMemberService;
  readonly screenshots: ScreenshotService;
  readonly usage: UsageService;
  readonly conversations: ConversationService;
  readonly messages: MessageService;
  readonly lifecycle: LifecycleService;
  readonly uploads: UploadService;
  readonly system: SystemService;
}
