import { z } from 'zod';
import { limits } from '../limits.js';
import { page, pageInput } from '../pages.js';
import { opaqueId, power, searchText, snowflake, storedText } from '../scalars.js';
import { mutation, query } from './procedure.js';

/** What a metric is about, by which an analysis is read (vector `club-metric-category`). */
export const clubMetric = z.object({
  name: z.string(),
  /** A number, a text, an object or a list, as the reader gave it. */
  value: z.union([z.number(), z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())]),
  unit: z.string().nullable(),
  category: z.string(),
});
export type ShownClubMetric = z.infer<typeof clubMetric>;

/** An analysis as a list shows it. */
export const listedClubAnalysis = z.object({
  id: opaqueId,
  guildId: snowflake,
  /** Who asked for it; null once that person is erased. */
  userId: opaqueId.nullable(),
  title: z.string().nullable(),
  summary: z.string(),
  /** 0 to 1: the share of the reader's answer that was filled. */
  confidence: z.number().min(0).max(1),
  imageCount: z.int().min(0),
  metricCount: z.int().min(0),
  createdAt: z.date(),
  updatedAt: z.date(),
});

const clubImage = z.object({
  id: opaqueId,
  uploadId: opaqueId.nullable(),
  imageUrl: z.string().nullable(),
  originalName: z.string(),
  /** Bytes. */
  fileSize: z.int().min(0),
  uploadedAt: z.date(),
});

/** An analysis with its images, oldest first, and its metrics by category and name. */
export const clubAnalysis = listedClubAnalysis.extend({
  images: z.array(clubImage),
  metrics: z.array(clubMetric),
});

/** From one weekly anchor of the club on and before the next; `id` is the ISO week of the day it begins. */
export const clubWeek = z.object({ id: z.string(), from: z.date(), to: z.date() });
export type ClubWeek = z.infer<typeof clubWeek>;

const changePercent = z.number().nullable();

/**
 * A member with the newest reading of each power and the last one of the week before; null is never read, not zero.
 * Changes are in percent with two decimals; null without a reading in this week or in the one before, and from zero.
 */
export const rosterMember = z.object({
  memberId: opaqueId,
  memberKey: z.string(),
  name: z.string(),
  simPower: power.nullable(),
  totalPower: power.nullable(),
  previousSimPower: power.nullable(),
  previousTotalPower: power.nullable(),
  simChangePercent: changePercent,
  totalChangePercent: changePercent,
  simReadAt: z.date().nullable(),
  totalReadAt: z.date().nullable(),
  lastSeenAt: z.date(),
  leftAt: z.date().nullable(),
});
export type RosterMember = z.infer<typeof rosterMember>;

/** By a power the largest first, members without it last, then by name; by name; or whoever was seen last first. */
export const rosterSorts = ['sim', 'total', 'name', 'lastSeen'] as const;

const observation = z.object({
  name: z.string(),
  simPower: power.nullable(),
  totalPower: power.nullable(),
  confidence: z.number().min(0).max(1).nullable(),
  source: z.string(),
  observedAt: z.date(),
  week: clubWeek,
});

const ofGuild = { guildId: snowflake };
const ofAnalysis = { ...ofGuild, analysisId: opaqueId };
const day = z.date().min(new Date('2015-01-01T00:00:00Z')).max(new Date('2200-01-01T00:00:00Z'));

export const clubProcedures = {
  'club.analysis.byId': query(z.strictObject(ofAnalysis), clubAnalysis),
  'club.analysis.list': query(z.strictObject({ ...ofGuild, ...pageInput() }), page(listedClubAnalysis)),
  'club.analysis.delete': mutation(z.strictObject(ofAnalysis), z.object({ ok: z.literal(true) })),
  'club.metrics.byCategory': query(
    z.strictObject({ ...ofAnalysis, category: storedText(z.string().trim().min(1).max(64)), ...pageInput() }),
    page(clubMetric),
  ),
  'club.members.latest': query(
    z.strictObject({
      ...ofGuild,
      sort: z.enum(rosterSorts).default('total'),
      search: searchText.optional(),
      /** Only members of whom this power was read: a ranking leaves the others out. */
      having: z.enum(['sim', 'total']).optional(),
      /** Also those who left the club. */
      withLeft: z.boolean().default(false),
      ...pageInput(),
      /**
       * The first places by a power, of those of whom it was read, on one page; `sort`, `having` and `limit` then say
       * nothing. The number of places is brought to a whole one from `limits.rankingPlacesMin` to `rankingPlacesMax`;
       * through the bot, where somebody typed it, one outside of `rankingCommandMin` and `rankingPlacesMax` is refused.
       */
      ranking: z.strictObject({ by: z.enum(['sim', 'total']), places: z.number().optional() }).optional(),
    }),
    page(rosterMember).extend({
      total: z.int().min(0),
      totalIsLowerBound: z.boolean(),
      /** The week of the club's newest reading, against which the week before stands; the present one before any. */
      week: clubWeek,
      previousWeek: clubWeek,
      /** When somebody of the club was last read; null when nobody ever was. */
      lastReadAt: z.date().nullable(),
    }),
  ),
  'club.members.history': query(
    z.strictObject({
      ...ofGuild,
      memberKey: storedText(z.string().min(1).max(limits.memberKeyMax)),
      from: day.optional(),
      to: day.optional(),
      ...pageInput(),
    }),
    page(observation).extend({ memberId: opaqueId, name: z.string() }),
  ),
} as const;
