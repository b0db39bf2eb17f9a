import { text, type MigrationConnection } from './connection.js';

/** A stored count that the program keeps up to date. */
interface MaintainedCounter {
  /** Table and column. */
  readonly name: string;
  /** Answers a row of `id`, `stored` and `counted` for each row whose counter is wrong. */
  readonly wrongRows: string;
}

/** The counters of the data model; lists show them instead of counting. */
const maintainedCounters: readonly MaintainedCounter[] = [
  {
    name: 'guilds.member_count',
    wrongRows:
      'SELECT g.id AS id, g.member_count AS stored, COUNT(m.id) AS counted FROM guilds g LEFT JOIN user_guilds m ON m.guild_id = g.id AND m.left_at IS NULL GROUP BY g.id, g.member_count HAVING COUNT(m.id) <> g.member_count',
  },
  {
    name: 'guilds.message_count',
    wrongRows:
      'SELECT g.id AS id, g.message_count AS stored, COUNT(m.id) AS counted FROM guilds g LEFT JOIN chat_messages m ON m.guild_id = g.id GROUP BY g.id, g.message_count HAVING COUNT(m.id) <> g.message_count',
  },
  {
    name: 'conversations.message_count',
    wrongRows:
      'SELECT c.id AS id, c.message_count AS stored, COUNT(m.id) AS counted FROM conversations c LEFT JOIN chat_messages m ON m.conversation_id = c.id GROUP BY c.id, c.message_count HAVING COUNT(m.id) <> c.message_count',
  },
  {
    name: 'club_analyses.image_count',
    wrongRows:
      'SELECT a.id AS id, a.image_count AS stored, COUNT(i.id) AS counted FROM club_analyses a LEFT JOIN club_analysis_images i ON i.analysis_id = a.id GROUP BY a.id, a.image_count HAVING COUNT(i.id) <> a.image_count',
  },
  {
    name: 'club_analyses.metric_count',
    wrongRows:
      'SELECT a.id AS id, a.metric_count AS stored, COUNT(m.id) AS counted FROM club_analyses a LEFT JOIN club_metrics m ON m.analysis_id = a.id GROUP BY a.id, a.metric_count HAVING COUNT(m.id) <> a.metric_count',
  },
];

/** The rows whose stored count is not the counted one, one line each. */
export async function wrongCounters(connection: MigrationConnection): Promise<string[]> {
  const lines: string[] = [];
  for (const { name, wrongRows } of maintainedCounters) {
    for (const row of await connection.query(wrongRows)) {
      lines.push(`${name} of ${text(row, 'id')} is ${text(row, 'stored')}, counted ${text(row, 'counted')}`);
    }
  }
  return lines;
}
