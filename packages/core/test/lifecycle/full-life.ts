import { insertPlainRows, repositories, timeOrderedId, type Database, type PlainRow } from '@slimy/db';
import { club } from '../support/settle-world.ts';

const instant = '2026-11-20T10:00:00.000Z';

/** A word in everything that the person wrote and is called, and nowhere else. */
export const MARK = 'traceable';

/**
 * Rows about a person in every table that can have some; the small world has given them a row and a membership.
 * Gives the name that their upload has in the storage.
 */
export async function liveFully(
  database: Database,
  person: { userId: string; discordId: string },
): Promise<string> {
  const { userId } = person;
  const id = () => timeOrderedId();
  const conversation = id();
  const [first = '', second = ''] = [id(), id()].toSorted();
  const clubAnalysis = id();
  const upload = id();
  const clubMember = id();
  const message = {
    role: 'user',
    personality_mode: null,
    admin_only: false,
    client_id: null,
    created_at: instant,
  };
  const screenshot = {
    user_id: userId,
    screenshot_type: 'club',
    upload_id: null,
    image_url: `https://images.example/${MARK}.png`,
    title: `${MARK} 1`,
    description: `${MARK} 2`,
    summary: `${MARK} 3`,
    confidence: 0.5,
    processing_time: 3,
    model_used: 'ocr',
    raw_response: { player: person.discordId, name: MARK },
    created_at: instant,
    updated_at: instant,
  };
  const part = { analysis_id: first, position: 0, confidence: 0.5, created_at: instant };
  const shown = {
    priority: 'high',
    title: `${MARK} 4`,
    description: `${MARK} 5`,
    actionable: true,
    type: 'growth',
  };
  const rows: Record<string, PlainRow[]> = {
    user_settings: [
      { user_id: userId, data: { theme: 'dark', nickname: MARK }, created_at: instant, updated_at: instant },
    ],
    api_tokens: [
      {
        id: id(),
        user_id: userId,
        name: `${MARK} script`,
        token_hash: id(),
        access: 'read',
        guild_ids: [club],
        created_at: instant,
        expires_at: '2030-01-01T00:00:00.000Z',
      },
    ],
    conversations: [
      {
        id: conversation,
        user_id: userId,
        title: `${MARK} hello`,
        message_count: 1,
        created_at: instant,
        updated_at: instant,
      },
    ],
    chat_messages: [
      {
        ...message,
        id: id(),
        conversation_id: conversation,
        guild_id: null,
        user_id: userId,
        sequence: '1',
        text: `${MARK} a`,
      },
      {
        ...message,
        id: id(),
        conversation_id: null,
        guild_id: club,
        user_id: userId,
        sequence: '1',
        text: `${MARK} b`,
      },
    ],
    rooms: [{ name: `person:${userId}`, sequence: '4' }],
    uploads: [
      {
        id: upload,
        user_id: userId,
        guild_id: club,
        purpose: 'club',
        state: 'stored',
        original_name: `${MARK} ${person.discordId}.png`,
        bytes: 3,
        content_type: 'image/png',
        storage_key: upload,
        created_at: instant,
        stored_at: instant,
      },
    ],
    club_analyses: [
      {
        id: clubAnalysis,
        guild_id: club,
        user_id: userId,
        title: 'week',
        summary: 'strong',
        confidence: 0.9,
        image_count: 1,
        metric_count: 0,
        created_at: instant,
        updated_at: instant,
      },
    ],
    club_analysis_images: [
      {
        id: id(),
        analysis_id: clubAnalysis,
        upload_id: upload,
        original_name: `${MARK} ${person.discordId}.png`,
        file_size: 3,
        uploaded_at: instant,
      },
    ],
    club_members: [
      {
        id: clubMember,
        guild_id: club,
        member_key: 'snail',
        name: 'Snail',
        first_seen_at: instant,
        last_seen_at: instant,
        created_at: instant,
        updated_at: instant,
      },
    ],
    club_member_aliases: [
      {
        id: id(),
        guild_id: club,
        member_id: clubMember,
        alias_key: 'sn4il',
        alias: 'Sn4il',
        created_by_id: userId,
        created_at: instant,
      },
    ],
    club_member_observations: [
      {
        id: id(),
        guild_id: club,
        member_id: clubMember,
        name: 'Snail',
        sim_power: '9007199254740993',
        source: 'manual',
        source_id: 'x',
        created_by_id: userId,
        observed_at: instant,
        created_at: instant,
      },
    ],
    screenshot_analyses: [
      { ...screenshot, id: first },
      { ...screenshot, id: second },
    ],
    screenshot_data: [
      { ...part, id: id(), key: 'player', value: person.discordId, data_type: 'string', category: 'c' },
    ],
    screenshot_tags: [{ id: id(), analysis_id: first, tag: MARK, tag_key: MARK, category: 'c' }],
    screenshot_insights: [{ ...part, ...shown, id: id() }],
    screenshot_recommendations: [{ ...part, ...shown, id: id(), impact: 'high', effort: 'low' }],
    screenshot_comparisons: [
      {
        id: id(),
        user_id: userId,
        analysis_id_1: first,
        analysis_id_2: second,
        comparison_type: 'progress',
        summary: `${MARK} 6`,
        trend: 'stable',
        differences: [],
        insights: [],
        created_at: instant,
      },
    ],
    stats: [
      {
        id: id(),
        user_id: userId,
        guild_id: club,
        type: 'command',
        value: { said: MARK },
        source: userId,
        event_id: 'a',
        timestamp: instant,
      },
      {
        id: id(),
        user_id: null,
        guild_id: club,
        type: 'command',
        value: { by: 2 },
        source: userId,
        event_id: 'b',
        timestamp: instant,
      },
    ],
    stat_rollups: [
      {
        id: id(),
        subject: 'person',
        guild_id: club,
        user_id: userId,
        type: 'command',
        bucket_start: instant,
        event_count: '1',
        value_count: '1',
        value_sum: 1,
      },
    ],
    stat_deltas: [
      {
        id: id(),
        guild_id: club,
        sums: [[userId, 'command', Math.floor(Date.parse(instant) / 900_000), 1, 1, 1]],
      },
    ],
    retention_policies: [
      {
        kind: 'chat',
        version: 1,
        enabled: false,
        action: 'archive',
        days: 9,
        updated_by_id: userId,
        updated_at: instant,
      },
    ],
    jobs: [
      {
        id: id(),
        kind: 'nothing.known',
        payload: { userId, name: MARK },
        state: 'dead',
        run_at: instant,
        attempts: 1,
        max_attempts: 1,
        created_at: instant,
      },
    ],
  };
  await database.transaction(async (transaction) => {
    for (const [table, some] of Object.entries(rows)) await insertPlainRows(transaction.sql, table, some);
    await transaction.sql.execute('UPDATE guilds SET message_count = message_count + 1 WHERE id = ?', [club]);
    await transaction.sql.execute('UPDATE users SET last_active_guild_id = ? WHERE id = ?', [club, userId]);
    await transaction.sql.execute(
      `UPDATE users SET global_name = ?, global_name_key = ?, avatar = ?, email = ?, email_key = ? WHERE id = ?`,
      [`Mira ${MARK}`, MARK, `a_${MARK}`, `mira@${MARK}.example`, `mira@${MARK}.example`, userId],
    );
    await repositories(transaction).guild(club).row();
  });
  return upload;
}
