import type { PersonalTable } from './personal-table.js';

export type { Erasure, PersonalTable } from './personal-table.js';

const ofAnalysis = 'analysis_id IN (SELECT id FROM screenshot_analyses WHERE user_id = ?)';
const ofClubAnalysis = 'analysis_id IN (SELECT id FROM club_analyses WHERE guild_id = ?)';
const byUser = { of: 'user_id = ?', goes: true } as const;
const nobody = { of: null, goes: false, ofGuild: null, columns: {} } as const;
const guildOnly = { of: null, goes: false, ofGuild: 'guild_id = ?', columns: {} } as const;

/**
 * Every table, and every column of it: what is said here drives the export and the erasure of people and guilds.
 * A test walks the schema and fails for a column that is not declared. Rows that go come in the order in which they
 * are taken: those that others hang on last.
 */
export const personalTables: readonly PersonalTable[] = [
  {
    table: 'chat_messages',
    key: 'id',
    ...byUser,
    ofGuild: 'guild_id = ?',
    columns: { user_id: 'row', text: 'row' },
    others: 'id conversation_id guild_id sequence role personality_mode admin_only client_id created_at',
  },
  {
    table: 'conversations',
    key: 'id',
    ...byUser,
    ofGuild: null,
    columns: { user_id: 'row', title: 'row' },
    others: 'id personality_mode message_count created_at updated_at',
  },
  {
    table: 'stats',
    key: 'id',
    of: 'user_id = ?',
    goes: true,
    ofGuild: 'guild_id = ?',
    // Who told of an event that is about a guild alone is in `source`.
    columns: { user_id: 'row', value: 'row', source: 'renamed' },
    others: 'id guild_id type event_id timestamp',
  },
  {
    table: 'stat_rollups',
    key: 'id',
    ...byUser,
    ofGuild: 'guild_id = ?',
    columns: { user_id: 'row' },
    others: 'id subject guild_id type bucket_start event_count value_count value_sum',
  },
  {
    // Merged into `stat_rollups` before anything is exported.
    table: 'stat_deltas',
    key: 'id',
    of: null,
    goes: false,
    ofGuild: 'guild_id = ?',
    columns: { sums: 'items' },
    others: 'id guild_id',
  },
  {
    table: 'screenshot_comparisons',
    key: 'id',
    ...byUser,
    ofGuild: null,
    columns: { user_id: 'row', summary: 'row', differences: 'row', insights: 'row' },
    others: 'id analysis_id_1 analysis_id_2 comparison_type trend created_at',
  },
  {
    table: 'screenshot_data',
    key: 'id',
    of: ofAnalysis,
    goes: true,
    ofGuild: null,
    columns: { value: 'row' },
    others: 'id analysis_id position key data_type category confidence',
  },
  {
    table: 'screenshot_tags',
    key: 'id',
    of: ofAnalysis,
    goes: true,
    ofGuild: null,
    columns: { tag: 'row', tag_key: 'row' },
    others: 'id analysis_id category',
  },
  {
    table: 'screenshot_insights',
    key: 'id',
    of: ofAnalysis,
    goes: true,
    ofGuild: null,
    columns: { title: 'row', description: 'row' },
    others: 'id analysis_id position type priority confidence actionable created_at',
  },
  {
    table: 'screenshot_recommendations',
    key: 'id',
    of: ofAnalysis,
    goes: true,
    ofGuild: null,
    columns: { title: 'row', description: 'row' },
    others: 'id analysis_id position type priority impact effort actionable created_at',
  },
  {
    table: 'screenshot_analyses',
    key: 'id',
    ...byUser,
    ofGuild: null,
    columns: {
      user_id: 'row',
      image_url: 'row',
      title: 'row',
      description: 'row',
      summary: 'row',
      raw_response: 'row',
    },
    others: 'id screenshot_type upload_id confidence processing_time model_used created_at updated_at',
  },
  {
    table: 'sessions',
    key: 'id',
    ...byUser,
    ofGuild: null,
    columns: { user_id: 'row', ip_address: 'row', user_agent: 'row', token_hash: 'row' },
    others: 'id created_at last_seen_at idle_expires_at expires_at revoked_at',
  },
  {
    table: 'user_settings',
    key: 'user_id',
    ...byUser,
    ofGuild: null,
    columns: { user_id: 'row', data: 'row' },
    others: 'created_at updated_at',
  },
  {
    table: 'api_tokens',
    key: 'id',
    ...byUser,
    ofGuild: null,
    columns: { user_id: 'row', name: 'row', token_hash: 'row' },
    others: 'id access guild_ids created_at expires_at last_used_at revoked_at',
  },
  {
    table: 'user_guilds',
    key: 'id',
    ...byUser,
    ofGuild: 'guild_id = ?',
    columns: { user_id: 'row' },
    others:
      'id guild_id roles discord_roles discord_role_ids granted_roles source joined_at left_at created_at updated_at',
  },
  {
    table: 'uploads',
    key: 'id',
    // The row outlives its person until the sweeper has taken the file.
    of: 'user_id = ?',
    goes: false,
    ofGuild: 'guild_id = ?',
    columns: { user_id: 'null', original_name: 'null' },
    others:
      'id guild_id purpose state bytes content_type width height content_hash storage_key preview_key thumbnail_key refusal expires_at created_at stored_at',
  },
  {
    table: 'club_analysis_images',
    key: 'id',
    of: 'analysis_id IN (SELECT id FROM club_analyses WHERE user_id = ?)',
    goes: false,
    ofGuild: ofClubAnalysis,
    columns: { original_name: 'blank' },
    others: 'id analysis_id upload_id image_url file_size uploaded_at',
  },
  {
    table: 'club_analyses',
    key: 'id',
    // The club's history stays, without who asked for it.
    of: 'user_id = ?',
    goes: false,
    ofGuild: 'guild_id = ?',
    columns: { user_id: 'null' },
    others: 'id guild_id title summary confidence image_count metric_count created_at updated_at',
  },
  {
    table: 'club_metrics',
    key: 'id',
    of: null,
    goes: false,
    ofGuild: ofClubAnalysis,
    columns: {},
    others: 'id analysis_id name value unit category',
  },
  {
    table: 'club_members',
    key: 'id',
    ...guildOnly,
    // Names of accounts in a game; nothing leads from them to a person here.
    others:
      'id guild_id member_key name first_seen_at last_seen_at left_at merged_into_id created_at updated_at',
  },
  {
    table: 'club_member_aliases',
    key: 'id',
    of: 'created_by_id = ?',
    goes: false,
    ofGuild: 'guild_id = ?',
    columns: { created_by_id: 'null' },
    others: 'id guild_id member_id alias_key alias created_at',
  },
  {
    table: 'club_member_observations',
    key: 'id',
    of: 'created_by_id = ?',
    goes: false,
    ofGuild: 'guild_id = ?',
    columns: { created_by_id: 'null' },
    others:
      'id guild_id member_id name sim_power total_power confidence source source_id observed_at created_at',
  },
  {
    table: 'club_member_latest',
    key: 'member_id',
    ...guildOnly,
    others:
      'member_id guild_id member_key name name_key sim_power sim_observed_at total_power total_observed_at last_seen_at left_at updated_at',
  },
  {
    table: 'guild_settings',
    key: 'guild_id',
    ...guildOnly,
    others:
      'guild_id version sheet_id sheet_tab view_mode allow_public screenshot_channel_id uploads_enabled notes week_anchor_day week_anchor_time week_anchor_time_zone week_window_days warn_total_low warn_total_high club_role_id ai_tokens_per_minute updated_at',
  },
  {
    table: 'guild_personality',
    key: 'guild_id',
    ...guildOnly,
    others: 'guild_id version preset system_prompt temperature top_p tone formality humor emojis updated_at',
  },
  {
    table: 'retention_policies',
    key: 'kind',
    of: 'updated_by_id = ?',
    goes: false,
    ofGuild: null,
    columns: { updated_by_id: 'null' },
    others: 'kind version enabled action days updated_at last_run_at',
  },
  {
    table: 'guilds',
    key: 'id',
    of: 'owner_id = ?',
    goes: false,
    ofGuild: 'id = ?',
    columns: { owner_id: 'null', owner_discord_id: 'null' },
    others:
      'id name name_key icon settings bot_present bot_left_at member_count message_count created_at updated_at',
  },
  {
    table: 'audit_personal',
    key: 'audit_id',
    ...byUser,
    ofGuild: 'audit_id IN (SELECT id FROM audit_logs WHERE guild_id = ?)',
    columns: {
      user_id: 'row',
      // The bot may have named somebody of whom there was no row.
      discord_id: 'swept',
      display_name: 'row',
      ip_address: 'row',
      user_agent: 'row',
      session_id: 'row',
      details: 'swept',
      before: 'swept',
      after: 'swept',
      error_message: 'swept',
    },
    others: 'audit_id timestamp request_id',
  },
  {
    table: 'audit_logs',
    key: 'sequence',
    of: 'actor_ref = (SELECT audit_ref FROM users WHERE id = ?)',
    goes: false,
    ofGuild: 'guild_id = ?',
    columns: { actor_ref: 'pseudonym', resource_id: 'pseudonym', personal_hmac: 'hash' },
    others: 'sequence id timestamp action resource_type guild_id success actor_kind via_bot occurrences',
  },
  {
    table: 'users',
    key: 'id',
    of: 'id = ?',
    goes: true,
    ofGuild: null,
    columns: {
      id: 'row',
      discord_id: 'row',
      username: 'row',
      username_key: 'row',
      global_name: 'row',
      global_name_key: 'row',
      avatar: 'row',
      email: 'row',
      email_key: 'row',
      discord_access_token: 'row',
      discord_refresh_token: 'row',
      audit_ref: 'row',
    },
    others: 'token_expires_at last_active_guild_id created_at updated_at',
  },
  {
    table: 'outbox',
    key: 'id',
    of: null,
    goes: false,
    ofGuild: null,
    // Keys of the cache that hold ids; kept for an hour.
    columns: { payload: 'swept' },
    others: 'id topic guild_id room room_sequence created_at published_at claimed_by claimed_until',
  },
  {
    table: 'rooms',
    key: 'name',
    of: null,
    goes: false,
    ofGuild: null,
    // Rooms are named after what is talked in, some of it a person's own.
    columns: { name: 'swept' },
    others: 'sequence',
  },
  {
    table: 'jobs',
    key: 'id',
    of: null,
    goes: false,
    ofGuild: null,
    columns: { payload: 'swept', last_error: 'swept' },
    others:
      'id kind guild_id state run_at attempts max_attempts lease_owner lease_until schedule_key created_at finished_at',
  },
  {
    table: 'erased_people',
    key: 'id',
    of: null,
    goes: false,
    ofGuild: null,
    columns: { discord_id_hash: 'hash', user_id_hash: 'hash' },
    others: 'id erased_at returned_at',
  },
  {
    table: 'audit_seals',
    key: 'number',
    ...nobody,
    others:
      'number from_sequence to_sequence row_count row_macs rows_hash chain_hash last_timestamp sealed_at rows_removed_at archive_id',
  },
  {
    table: 'archives',
    key: 'id',
    ...nobody,
    others:
      'id kind state file_name from_instant before_instant first_key last_key row_count deleted_count deleted_key bytes content_hash schema_version last_error created_at finished_at',
  },
  { table: 'program_facts', key: 'name', ...nobody, others: 'name value updated_at' },
  {
    table: 'program_processes',
    key: 'id',
    ...nobody,
    others: 'id kind host_name pid started_at heartbeat_at',
  },
];

/** What the registry says of a table. @throws TypeError for a table that is not in it */
export function personalTable(table: string): PersonalTable {
  const found = personalTables.find((one) => one.table === table);
  if (!found) throw new TypeError(`The registry of people's columns does not know ${table}.`);
  return found;
}
