/**
 * How ids of people are taken out of a text that others wrote:
 * - `text`: nobody's name stands there instead.
 * - `key`: something is found or told apart by it, so that each person has a name of their own that leads nowhere.
 */
export type MentionForm = 'text' | 'key';

/** What the texts of a table can say of people whose rows they are not in. */
export interface TextColumns {
  /** Texts that somebody, a model or another program wrote: they may hold the id of anybody. */
  readonly mentions: Readonly<Record<string, MentionForm>>;
  /** Texts that never do: words and ids of ours and of Discord's, and what somebody is called themselves. */
  readonly plain: string;
}

/**
 * Every column of text and JSON that has room for an id, unless it is a key or the registry beside this says what
 * becomes of it. A test walks the schema and fails for one that is not declared.
 */
export const textColumns: Readonly<Record<string, TextColumns>> = {
  chat_messages: { mentions: { text: 'text', client_id: 'key' }, plain: 'personality_mode' },
  conversations: { mentions: { title: 'text' }, plain: 'personality_mode' },
  // Kinds of events are a program's vocabulary, and the sums hang on them.
  stats: { mentions: { value: 'text', event_id: 'key' }, plain: 'type' },
  stat_rollups: { mentions: {}, plain: 'type' },
  screenshot_comparisons: {
    mentions: { summary: 'text', differences: 'text', insights: 'text' },
    plain: '',
  },
  screenshot_data: { mentions: { key: 'key', value: 'text', category: 'text' }, plain: '' },
  screenshot_tags: { mentions: { tag: 'text', tag_key: 'key', category: 'text' }, plain: '' },
  screenshot_insights: { mentions: { title: 'text', description: 'text' }, plain: 'type' },
  screenshot_recommendations: { mentions: { title: 'text', description: 'text' }, plain: 'type' },
  screenshot_analyses: {
    mentions: {
      title: 'text',
      description: 'text',
      summary: 'text',
      raw_response: 'text',
      // Addresses of pictures at Discord's hold the id of whose picture it is.
      image_url: 'text',
    },
    plain: 'screenshot_type model_used',
  },
  sessions: { mentions: {}, plain: 'ip_address user_agent token_hash' },
  user_settings: { mentions: { data: 'text' }, plain: '' },
  api_tokens: { mentions: { name: 'text' }, plain: 'guild_ids token_hash' },
  user_guilds: { mentions: {}, plain: 'roles discord_roles discord_role_ids granted_roles' },
  uploads: {
    mentions: { original_name: 'text' },
    plain: 'purpose content_type content_hash storage_key preview_key thumbnail_key refusal',
  },
  club_analysis_images: { mentions: { original_name: 'text', image_url: 'text' }, plain: '' },
  club_analyses: { mentions: { title: 'text', summary: 'text' }, plain: '' },
  club_metrics: {
    mentions: { name: 'key', value: 'text', unit: 'text', category: 'text' },
    plain: '',
  },
  club_members: { mentions: { name: 'text', member_key: 'key' }, plain: '' },
  club_member_aliases: { mentions: { alias: 'text', alias_key: 'key' }, plain: '' },
  club_member_observations: { mentions: { name: 'text' }, plain: 'source_id' },
  club_member_latest: { mentions: { name: 'text', name_key: 'text', member_key: 'key' }, plain: '' },
  guild_settings: {
    mentions: { notes: 'text', sheet_tab: 'text' },
    plain: 'sheet_id screenshot_channel_id week_anchor_time_zone club_role_id',
  },
  guild_personality: { mentions: { system_prompt: 'text' }, plain: 'preset' },
  guilds: { mentions: { name: 'text', name_key: 'text', settings: 'text' }, plain: 'icon owner_discord_id' },
  retention_policies: { mentions: {}, plain: '' },
  audit_personal: { mentions: {}, plain: 'user_id display_name ip_address user_agent session_id request_id' },
  audit_logs: { mentions: {}, plain: 'id action resource_type guild_id' },
  users: {
    mentions: {},
    plain:
      'discord_id username username_key global_name global_name_key avatar email email_key discord_access_token discord_refresh_token audit_ref',
  },
  outbox: { mentions: {}, plain: 'topic guild_id room claimed_by' },
  jobs: { mentions: {}, plain: 'kind guild_id lease_owner schedule_key' },
  audit_seals: { mentions: {}, plain: 'row_macs rows_hash chain_hash archive_id' },
  archives: {
    mentions: {},
    plain: 'kind file_name first_key last_key deleted_key content_hash schema_version last_error',
  },
  program_facts: { mentions: {}, plain: 'value' },
  program_processes: { mentions: {}, plain: 'host_name' },
};
