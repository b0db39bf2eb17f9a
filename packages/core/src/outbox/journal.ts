import type { InvalidationJournal } from '@slimy/cache';
import { repositories, type Database } from '@slimy/db';
import { systemClock, type Clock } from '../clock.js';

/**
 * The cache's journal on the outbox: invalidations that were committed with their change, and those that could
 * not be confirmed, survive the process that wrote them.
 */
export function outboxJournal(database: Database, clock: Clock = systemClock): InvalidationJournal {
  const { outbox } = repositories(database);
  return {
    append: (invalidation) => outbox.insertInvalidation(invalidation, clock.now()),
    settle: (ids) => outbox.markPublished(ids, clock.now()),
    pending: (limit) => outbox.unsettledInvalidations(limit),
  };
}
