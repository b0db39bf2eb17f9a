import type { Database, Transaction } from '../database.js';
import { ApiTokens } from './api-tokens.js';
import { AuditTrail } from './audit-trail.js';
import { Conversations } from './conversations.js';
import { ScreenshotAnalyses } from './screenshot-analyses.js';
import { ScreenshotComparisons } from './screenshot-comparisons.js';
import { Stats } from './stats.js';
import { OwnedUploads } from './uploads.js';

/** Everything of one person's own. Their id is given once, here, so that no query can forget it. */
export class PersonScope {
  readonly conversations: Conversations;
  readonly uploads: OwnedUploads;
  readonly screenshots: ScreenshotAnalyses;
  readonly comparisons: ScreenshotComparisons;
  readonly stats: Stats;
  readonly audit: AuditTrail;
  readonly apiTokens: ApiTokens;

  constructor(scope: Database | Transaction, userId: string) {
    this.conversations = new Conversations(scope, userId);
    this.uploads = new OwnedUploads(scope, { userId });
    this.screenshots = new ScreenshotAnalyses(scope, userId);
    this.comparisons = new ScreenshotComparisons(scope, userId);
    this.stats = new Stats(scope, { kind: 'person', userId });
    this.audit = new AuditTrail(scope, { userId });
    this.apiTokens = new ApiTokens(scope, userId);
  }
}
