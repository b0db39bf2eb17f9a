import type { ShownClubMetric } from '@slimy/contract';
import type { ClubAnalysis, ClubMetricRow, Repositories } from '@slimy/db';
import { AppError } from '../errors.js';
import type { Queries } from '../queries/cached-query.js';
import { clubAnalysisById, clubAnalysisPage } from '../queries/club.js';
import { inServiceWords } from '../write/failures.js';
import { touches } from '../write/touches.js';
import type { WritePath } from '../write/write-path.js';
import type { ClubAnalysisService } from './services.js';

interface ClubAnalysisServiceParts {
  readonly queries: Queries;
  readonly repositories: Repositories;
  readonly writes: WritePath;
}

const noSuchAnalysis = () => new AppError('not_found', 'There is no such analysis in this server.');

function shownMetric({ name, value, unit, category }: ClubMetricRow): ShownClubMetric {
  if (typeof value === 'number' || typeof value === 'string') return { name, value, unit, category };
  const shown = Array.isArray(value) ? [...value] : Object.fromEntries(Object.entries(value ?? {}));
  return { name, value: shown, unit, category };
}

export function createClubAnalysisService(parts: ClubAnalysisServiceParts): ClubAnalysisService {
  const { queries, repositories, writes } = parts;

  async function analysisOf(guildId: string, analysisId: string): Promise<ClubAnalysis> {
    const analysis = await queries.read(clubAnalysisById, { guildId, analysisId });
    if (analysis === null) throw noSuchAnalysis();
    return analysis;
  }

  return {
    byId: (_caller, { guildId, analysisId }) =>
      inServiceWords(async () => {
        const { images, metrics, ...row } = await analysisOf(guildId, analysisId);
        return { ...row, images: [...images], metrics: metrics.map(shownMetric) };
      }),

    list: (_caller, { guildId, limit, cursor }) =>
      inServiceWords(async () => {
        const { items, nextCursor } = await queries.read(clubAnalysisPage, { guildId, limit, cursor });
        return { items: [...items], nextCursor };
      }),

    async delete(caller, { guildId, analysisId }) {
      const touched = touches.clubAnalyses(guildId);
      return writes.change(caller, [touched], async (change) => {
        const { clubAnalyses } = change.repositories.guild(guildId);
        const before = await clubAnalyses.byId(analysisId);
        const deleted = await clubAnalyses.delete(analysisId);
        if (before === null || deleted === undefined) throw noSuchAnalysis();
        await change.repositories.uploads.release(deleted.uploadIds, change.now);
        const { title, summary, confidence, imageCount, metricCount, createdAt } = before;
        change.touch(touched);
        change.audit({
          action: 'club.analysis.delete',
          resourceType: 'club_analysis',
          resourceId: analysisId,
          guildId,
          before: { title, summary, confidence, imageCount, metricCount, createdAt: createdAt.toISOString() },
        });
        return { ok: true };
      });
    },

    metricsByCategory: (_caller, { guildId, analysisId, category, ...request }) =>
      inServiceWords(async () => {
        await analysisOf(guildId, analysisId);
        const { clubAnalyses } = repositories.guild(guildId);
        const { items, nextCursor } = await clubAnalyses.metricsByCategory(analysisId, category, request);
        return { items: items.map(shownMetric), nextCursor };
      }),
  };
}
