import { hostname } from 'node:os';
import type { Cache, Signals } from '@slimy/cache';
import type { Secrets, Settings } from '@slimy/config';
import { migrationStatus, openSnapshot, randomId, repositories, type Database } from '@slimy/db';
import { SealHeads } from './audit/seal-heads.js';
import { AuditArchive } from './audit/archive.js';
import { AuditRemoval } from './audit/removal.js';
import { AuditSealing } from './audit/sealing.js';
import { AuditVerification } from './audit/verification.js';
import { DAY, SECOND, systemClock, type Clock } from './clock.js';
import { ClubAnalysisIntake } from './club/analysis-intake.js';
import { isDemoDatabase } from './demo/seed.js';
import { discordImages } from './discord/images.js';
import { DiscordRest, type DiscordFacts } from './discord/rest.js';
import { DiscordTransport } from './discord/transport.js';
import { Authentication } from './identity/authentication.js';
import { demoLogin, type DemoLogin } from './identity/demo-login.js';
import { openDiscordSignIn } from './identity/discord/open-sign-in.js';
import { KeyRotation } from './identity/discord/key-rotation.js';
import { UnusedTokens } from './identity/discord/unused-tokens.js';
import { LoginNotices } from './identity/discord/login-notices.js';
import type { DiscordLogin } from './identity/discord/discord-login.js';
import { RequestReads } from './identity/request-reads.js';
import { SessionLife } from './identity/sessions.js';
import type { OpenFile } from './lifecycle/archive-file.js';
import { ArchiveErasure } from './lifecycle/archive-erasure.js';
import { Archiver } from './lifecycle/archiver.js';
import { ErasedList } from './lifecycle/erased-list.js';
import { DataExports } from './lifecycle/data-export.js';
import { GuildDeletion } from './lifecycle/guild-deletion.js';
import { GuildErasure } from './lifecycle/guild-erasure.js';
import { Retention, RETENTION_JOB } from './lifecycle/retention.js';
import { MentionErasure } from './lifecycle/mention-erasure.js';
import { PersonErasure } from './lifecycle/person-erasure.js';
import { PersonRemains } from './lifecycle/person-remains.js';
import { housekeeping } from './jobs/housekeeping.js';
import { JobRunner } from './jobs/runner.js';
import type { Logger } from './logger.js';
import { OpenStreams } from './outbox/open-streams.js';
import type { OperatorTasks } from './operator/task.js';
import { operatorTasks } from './operator/tasks.js';
import { OutboxPublisher } from './outbox/publisher.js';
import { RoomClock, sessionChannel } from './outbox/room-clock.js';
import { createPermissionGate } from './permissions/gate.js';
import type { PermissionGate } from './permissions/rules.js';
import { Queries } from './queries/cached-query.js';
import { databaseOptions } from './process/open-database.js';
import { standingOfUser, userIdByDiscordId } from './queries/people.js';
import { createServices } from './services/create-services.js';
import type { Services } from './services/services.js';
import { ScreenshotIntake } from './screenshots/intake.js';
import { DatabaseWatch } from './system/database-watch.js';
import { Presence } from './system/presence.js';
import { UploadAddresses } from './uploads/addresses.js';
import { openFileStore, type FileStore } from './uploads/file-store.js';
import { UploadIntake } from './uploads/intake.js';
import { PictureReader } from './uploads/picture-reader.js';
import { uploadSweep } from './uploads/sweep.js';
import { inServiceWords } from './write/failures.js';
import { RefusalRecorder, type RefusedCall } from './write/refusals.js';
import { WritePath } from './write/write-path.js';

/** What core stands on. Whoever opened database, cache and signals closes them, after `stop`. */
export interface CoreOptions {
  readonly settings: Settings;
  readonly secrets: Secrets;
  /** Migrated. */
  readonly database: Database;
  /** Made with `outboxJournal(database)` as its journal. */
  readonly cache: Cache;
  readonly signals: Signals;
  readonly logger: Logger;
  /** The version of the program, as it is shown. */
  readonly version?: string;
  readonly clock?: Clock;
  /** Milliseconds that only ever grow, of the same origin as `performance.now()`, which it is without it. */
  readonly monotonic?: () => number;
  /** Where Discord's facts come from; Discord's REST with the bot's token without it. */
  readonly discord?: DiscordFacts;
  /** How long somebody who asks for an erasure is kept waiting before its job does the rest; 3,000 ms without it. */
  readonly erasurePatienceMs?: number;
  /** How archives are written; into files without it. */
  readonly openFile?: OpenFile;
  /** Where the bytes of uploads are; what the settings name without it. */
  readonly files?: FileStore;
}

/** The rules of the program, put together: for the server, the worker and tests. */
export interface Core {
  readonly services: Services;
  readonly permissions: PermissionGate;
  readonly authentication: Authentication;
  /** Where the results of readers come in; no procedure leads here. */
  readonly clubAnalysisIntake: ClubAnalysisIntake;
  readonly screenshotIntake: ScreenshotIntake;
  /** Signs in to the demo community; null where there is none to sign in to. */
  readonly signInToDemo: DemoLogin | null;
  /** Signing in with Discord; null where this installation has no application there. */
  readonly discordLogin: DiscordLogin | null;
  /** Keeps that somebody we know was refused; written once a minute with its count. */
  readonly recordRefusal: (refused: RefusedCall) => Promise<void>;
  readonly outbox: OutboxPublisher;
  readonly jobs: JobRunner;
  /**
   * Seconds since the database last answered, while it is away; null while it answers. What is answered meanwhile
   * comes from the cache.
   */
  readonly databaseAwaySeconds: () => number | null;
  /** Takes and shows the bytes of uploads, under signed addresses. */
  readonly uploads: UploadIntake;
  /** What the operator's command line can have done. */
  readonly tasks: OperatorTasks;
  /** Resolves when what calls left to be done in the background is done. */
  settled(): Promise<void>;
  /**
   * Begins the work in the background: the outbox's sweeper, and jobs unless `JOBS=off`. Resolves when the
   * program may serve.
   */
  start(): Promise<void>;
  /**
   * What `start` does first, for a program that only has one thing to do: other processes that would not hear of its
   * changes are told that it is there. Resolves when they answer from the database.
   */
  announce(): Promise<void>;
  /** Ends it: streams, jobs (at most `graceMs`), what is still to be written. */
  stop(graceMs?: number): Promise<void>;
}

/** Puts the services together over an open database and cache. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const { settings, secrets, database, cache, signals, logger, clock = systemClock } = options;
  const owner = `${hostname().slice(0, 32)}:${process.pid}:${randomId()}`.slice(-64);
  const startedAt = clock.now();
  const isDemo = await isDemoDatabase(database);
  const repos = repositories(database);
  const auditKey = secrets.auditKey;
  const background = new Set<Promise<void>>();

  const alone = cache.stats().mode === 'in-process';
  const outbox = new OutboxPublisher({ repositories: repos, cache, signals, clock, logger, alone, owner });
  const writes = new WritePath({
    database,
    cache,
    clock,
    auditKey,
    alone,
    published: (facts) => outbox.publish(facts),
  });
  const queries = new Queries(cache, repos);
  const watch = new DatabaseWatch({ database, monotonic: options.monotonic ?? (() => performance.now()) });
  const reads = new RequestReads(queries, () => writes.changes);
  const lifetimes = { idleDays: settings.SESSION_IDLE_DAYS, maxDays: settings.SESSION_MAX_DAYS };
  const erased = new ErasedList(database, auditKey);
  const patienceMs = options.erasurePatienceMs ?? 3 * SECOND;
  const wake = (id: string) => signals.publish(sessionChannel(id), '');
  const sessions = new SessionLife({
    writes,
    erased,
    clock,
    lifetimes,
    wake,
  });
  const authentication = new Authentication({
    queries,
    repositories: repos,
    reads,
    sessions,
    clock,
    watch,
    botTokens: secrets.botApiTokens,
    operatorDiscordIds: settings.OPERATOR_DISCORD_IDS,
    background: (work) => {
      const tracked = work
        .catch((error: unknown) => logger.warn({ err: error }, 'Use of a session or token was not noted'))
        .finally(() => background.delete(tracked));
      background.add(tracked);
    },
  });
  const signInToDemo = demoLogin(settings, isDemo, { repositories: repos, sessions });
  const notices = new LoginNotices(cache);
  const transport = new DiscordTransport({ apiBase: settings.DISCORD_API_BASE });
  const discord = options.discord ?? new DiscordRest(transport, settings.DISCORD_TOKEN);
  const discordSignIn = openDiscordSignIn(
    { settings, secrets, transport },
    { cache, repositories: repos, writes, sessions, notices, clock, logger },
  );
  const rooms = new RoomClock(signals, repos, logger);
  const refusals = new RefusalRecorder({ database, clock, auditKey, erased, logger });
  const heads = new SealHeads(settings.DATA_DIR);
  const sealing = new AuditSealing({ database, clock, auditKey, heads });
  const verification = new AuditVerification({ repositories: repos, auditKey, heads });
  const migrations = () =>
    migrationStatus({
      url: settings.DATABASE_URL,
      tls: settings.DATABASE_TLS,
      caFile: settings.DATABASE_CA_FILE,
    });
  const archiving = {
    database,
    writes,
    clock,
    dataDir: settings.DATA_DIR,
    schemaVersion: async () => (await migrations()).applied.at(-1) ?? '',
    openFile: options.openFile,
  };
  const archiver = new Archiver(archiving);
  const archives = new ArchiveErasure(archiving);
  const guildDeletion = new GuildDeletion({ ...archiving, archives, erased, patienceMs });
  const guildErasure = new GuildErasure({ ...archiving, cache, archives, erased, patienceMs });
  const auditRemoval = new AuditRemoval({ database, writes, auditKey });
  const auditArchive = new AuditArchive({ ...archiving, removal: auditRemoval, auditKey });
  const retention = new Retention({ ...archiving, archiver, guildErasure, auditRemoval, auditArchive });
  const files = options.files ?? (await openFileStore(settings));
  const exports = new DataExports({
    ...archiving,
    files,
    openView: () => openSnapshot(databaseOptions(settings, logger)),
  });
  const pictures = new PictureReader();
  const addresses = new UploadAddresses(secrets.signingSecret);
  const uploads = new UploadIntake({ repositories: repos, writes, store: files, pictures, addresses, clock });
  const sweep = uploadSweep({ repositories: repos, store: files, clock });
  const remains = new PersonRemains({ database, cache, clock });
  const erasure = new PersonErasure({
    clock,
    patienceMs,
    remains,
    mentions: new MentionErasure({ database, writes, erased, clock }),
    sweepUploads: () =>
      sweep.run({}, new AbortController().signal).then(
        () => true,
        (error: unknown) => {
          logger.warn({ err: error }, 'Files of an erased person wait for the storage');
          return false;
        },
      ),
    database,
    writes,
    erased,
    archives,
    dataDir: settings.DATA_DIR,
    wake,
    signedOut: async (userId) => discordSignIn?.login.signedOut(userId),
  });
  const unusedTokens = new UnusedTokens({
    database,
    revoke: discordSignIn && ((tokens) => discordSignIn.keeper.revokeForgotten(tokens)),
    logger,
  });
  const { kinds, schedules } = housekeeping(database, clock, { sealing, sweep, unusedTokens });
  const jobs = new JobRunner({
    database,
    clock,
    logger,
    owner,
    kinds: [...kinds, erasure.job(), remains.job(), guildDeletion.job(), guildErasure.job(), retention.job()],
    schedules: [...schedules, { kind: RETENTION_JOB, everyMs: DAY }],
  });

  // The embedded file has one owner, and with Redis processes hear of each other at once.
  const presence =
    database.engine === 'mysql' && alone ? new Presence({ repositories: repos, cache, clock, logger }) : null;

  const permissions = createPermissionGate({
    callerStanding: (actor) => {
      const standing = reads.standing(actor);
      return standing instanceof Promise ? inServiceWords(() => standing) : standing;
    },
    standings: {
      byUserId: (userId) => inServiceWords(() => queries.read(standingOfUser, userId)),
      byDiscordId: (discordId) =>
        inServiceWords(async () => {
          const userId = await queries.read(userIdByDiscordId, discordId);
          return userId === null ? null : queries.read(standingOfUser, userId);
        }),
    },
  });

  const services = createServices({
    settings,
    version: options.version ?? 'development',
    startedAt,
    isDemo,
    demoLogin: signInToDemo !== null,
    database,
    repositories: repos,
    cache,
    clock,
    migrations,
    queries,
    reads,
    writes,
    authentication,
    sessions,
    notices,
    discord,
    images: discordImages(settings.DISCORD_CDN_BASE),
    ownGuilds: discordSignIn?.ownGuilds ?? null,
    rooms,
    open: new OpenStreams(rooms),
    wake,
    erased,
    erasure,
    guildDeletion,
    guildErasure,
    retention,
    exports,
    verification,
    addresses,
  });

  return {
    services,
    permissions,
    authentication,
    clubAnalysisIntake: new ClubAnalysisIntake(writes),
    screenshotIntake: new ScreenshotIntake(writes),
    signInToDemo,
    discordLogin: discordSignIn?.login ?? null,
    recordRefusal: async (refused) => refusals.record(refused),
    outbox,
    jobs,
    databaseAwaySeconds: () => watch.awaySeconds,
    uploads,
    tasks: operatorTasks({
      database,
      cache,
      clock,
      repositories: repos,
      writes,
      system: services.system,
      verification,
      keyRotation: new KeyRotation({ database, writes, keys: secrets.encryptionKeys }),
      exports,
      erasure,
      guildErasure,
      retention,
      backup: { settings, secrets, logger, openFile: options.openFile, files },
    }),
    async settled() {
      await Promise.allSettled(background);
    },
    async announce() {
      await presence?.start();
    },
    async start() {
      await presence?.start();
      watch.start();
      outbox.start();
      if (settings.JOBS === 'inline') jobs.start();
    },
    async stop(graceMs = 3000) {
      rooms.stop();
      watch.stop();
      await jobs.stop(graceMs);
      await pictures.stop();
      // What was handed in is closed by whoever made it.
      if (!options.files) files.close();
      await Promise.allSettled(background);
      await refusals.flush();
      await outbox.stop();
      await presence?.stop();
    },
  };
}
