CREATE TABLE "audit_logs" (
    "sequence" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL CHECK (length("id") <= 32),
    "timestamp" DATETIME NOT NULL,
    "action" TEXT NOT NULL CHECK (length("action") <= 64),
    "resource_type" TEXT NOT NULL CHECK (length("resource_type") <= 64),
    "resource_id" TEXT CHECK (length("resource_id") <= 64),
    "guild_id" TEXT CHECK (length("guild_id") <= 20),
    "success" BOOLEAN NOT NULL,
    "actor_kind" TEXT NOT NULL CHECK (length("actor_kind") <= 16),
    "actor_ref" TEXT CHECK (length("actor_ref") <= 32),
    "via_bot" BOOLEAN NOT NULL,
    "occurrences" INTEGER NOT NULL,
    "personal_hmac" TEXT NOT NULL CHECK (length("personal_hmac") <= 64)
);

CREATE UNIQUE INDEX "audit_logs_id_key" ON "audit_logs" ("id");

CREATE INDEX "audit_logs_timestamp_idx" ON "audit_logs" ("timestamp");

CREATE INDEX "audit_logs_guild_id_timestamp_idx" ON "audit_logs" ("guild_id", "timestamp");

CREATE INDEX "audit_logs_guild_id_success_timestamp_idx" ON "audit_logs" ("guild_id", "success", "timestamp");

CREATE INDEX "audit_logs_guild_id_action_timestamp_idx" ON "audit_logs" ("guild_id", "action", "timestamp");

CREATE INDEX "audit_logs_action_timestamp_idx" ON "audit_logs" ("action", "timestamp");

CREATE INDEX "audit_logs_resource_type_resource_id_timestamp_idx" ON "audit_logs" ("resource_type", "resource_id", "timestamp");

CREATE INDEX "audit_logs_success_timestamp_idx" ON "audit_logs" ("success", "timestamp");

CREATE TABLE "audit_personal" (
    "audit_id" TEXT NOT NULL PRIMARY KEY CHECK (length("audit_id") <= 32),
    "timestamp" DATETIME NOT NULL,
    "user_id" TEXT CHECK (length("user_id") <= 32),
    "discord_id" TEXT CHECK (length("discord_id") <= 20),
    "display_name" TEXT CHECK (length("display_name") <= 100),
    "ip_address" TEXT CHECK (length("ip_address") <= 64),
    "user_agent" TEXT CHECK (length("user_agent") <= 1024),
    "session_id" TEXT CHECK (length("session_id") <= 32),
    "request_id" TEXT CHECK (length("request_id") <= 64),
    "details" JSONB,
    "before" JSONB,
    "after" JSONB,
    "error_message" TEXT CHECK (length(CAST("error_message" AS BLOB)) <= 65535),
    CONSTRAINT "audit_personal_audit_id_fkey" FOREIGN KEY ("audit_id") REFERENCES "audit_logs" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "audit_personal_user_id_timestamp_audit_id_idx" ON "audit_personal" ("user_id", "timestamp", "audit_id");

CREATE INDEX "audit_personal_request_id_idx" ON "audit_personal" ("request_id");

CREATE TABLE "audit_seals" (
    "number" BIGINT NOT NULL PRIMARY KEY,
    "from_sequence" BIGINT NOT NULL,
    "to_sequence" BIGINT NOT NULL,
    "row_count" INTEGER NOT NULL,
    "row_macs" TEXT NOT NULL CHECK (length(CAST("row_macs" AS BLOB)) <= 65535),
    "rows_hash" TEXT NOT NULL CHECK (length("rows_hash") <= 64),
    "chain_hash" TEXT NOT NULL CHECK (length("chain_hash") <= 64),
    "last_timestamp" DATETIME NOT NULL,
    "sealed_at" DATETIME NOT NULL,
    "rows_removed_at" DATETIME,
    "archive_id" TEXT CHECK (length("archive_id") <= 32)
);

CREATE UNIQUE INDEX "audit_seals_from_sequence_key" ON "audit_seals" ("from_sequence");

CREATE UNIQUE INDEX "audit_seals_to_sequence_key" ON "audit_seals" ("to_sequence");

CREATE INDEX "audit_seals_rows_removed_at_number_idx" ON "audit_seals" ("rows_removed_at", "number");

CREATE TABLE "conversations" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "user_id" TEXT NOT NULL CHECK (length("user_id") <= 32),
    "title" TEXT CHECK (length("title") <= 200),
    "personality_mode" TEXT CHECK (length("personality_mode") <= 32),
    "message_count" INTEGER NOT NULL DEFAULT 0,
    "created_at" DATETIME NOT NULL,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "conversations_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "conversations_user_id_updated_at_id_idx" ON "conversations" ("user_id", "updated_at", "id");

CREATE TABLE "chat_messages" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "conversation_id" TEXT CHECK (length("conversation_id") <= 32),
    "user_id" TEXT NOT NULL CHECK (length("user_id") <= 32),
    "guild_id" TEXT CHECK (length("guild_id") <= 20),
    "sequence" BIGINT NOT NULL,
    "role" TEXT NOT NULL CHECK (length("role") <= 16),
    "text" TEXT NOT NULL CHECK (length(CAST("text" AS BLOB)) <= 65535),
    "personality_mode" TEXT CHECK (length("personality_mode") <= 32),
    "admin_only" BOOLEAN NOT NULL DEFAULT 0,
    "client_id" TEXT CHECK (length("client_id") <= 64),
    "created_at" DATETIME NOT NULL,
    CONSTRAINT "chat_messages_conversation_id_fkey" FOREIGN KEY ("conversation_id") REFERENCES "conversations" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "chat_messages_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "chat_messages_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "guilds" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "chat_messages_user_id_created_at_id_idx" ON "chat_messages" ("user_id", "created_at", "id");

CREATE INDEX "chat_messages_guild_id_admin_only_sequence_idx" ON "chat_messages" ("guild_id", "admin_only", "sequence");

CREATE INDEX "chat_messages_created_at_id_idx" ON "chat_messages" ("created_at", "id");

CREATE UNIQUE INDEX "chat_messages_user_id_client_id_key" ON "chat_messages" ("user_id", "client_id");

CREATE UNIQUE INDEX "chat_messages_conversation_id_sequence_key" ON "chat_messages" ("conversation_id", "sequence");

CREATE UNIQUE INDEX "chat_messages_guild_id_sequence_key" ON "chat_messages" ("guild_id", "sequence");

CREATE TABLE "club_analyses" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "guild_id" TEXT NOT NULL CHECK (length("guild_id") <= 20),
    "user_id" TEXT CHECK (length("user_id") <= 32),
    "title" TEXT CHECK (length("title") <= 200),
    "summary" TEXT NOT NULL CHECK (length(CAST("summary" AS BLOB)) <= 65535),
    "confidence" REAL NOT NULL,
    "image_count" INTEGER NOT NULL DEFAULT 0,
    "metric_count" INTEGER NOT NULL DEFAULT 0,
    "created_at" DATETIME NOT NULL,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "club_analyses_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "guilds" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "club_analyses_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

CREATE INDEX "club_analyses_guild_id_created_at_id_idx" ON "club_analyses" ("guild_id", "created_at", "id");

CREATE INDEX "club_analyses_user_id_created_at_id_idx" ON "club_analyses" ("user_id", "created_at", "id");

CREATE TABLE "club_analysis_images" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "analysis_id" TEXT NOT NULL CHECK (length("analysis_id") <= 32),
    "upload_id" TEXT CHECK (length("upload_id") <= 32),
    "image_url" TEXT CHECK (length("image_url") <= 2048),
    "original_name" TEXT NOT NULL CHECK (length("original_name") <= 255),
    "file_size" INTEGER NOT NULL,
    "uploaded_at" DATETIME NOT NULL,
    CONSTRAINT "club_analysis_images_analysis_id_fkey" FOREIGN KEY ("analysis_id") REFERENCES "club_analyses" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "club_analysis_images_upload_id_fkey" FOREIGN KEY ("upload_id") REFERENCES "uploads" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

CREATE INDEX "club_analysis_images_analysis_id_uploaded_at_id_idx" ON "club_analysis_images" ("analysis_id", "uploaded_at", "id");

CREATE INDEX "club_analysis_images_upload_id_idx" ON "club_analysis_images" ("upload_id");

CREATE TABLE "club_metrics" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "analysis_id" TEXT NOT NULL CHECK (length("analysis_id") <= 32),
    "name" TEXT NOT NULL CHECK (length("name") <= 100),
    "value" JSONB NOT NULL,
    "unit" TEXT CHECK (length("unit") <= 32),
    "category" TEXT NOT NULL CHECK (length("category") <= 64),
    CONSTRAINT "club_metrics_analysis_id_fkey" FOREIGN KEY ("analysis_id") REFERENCES "club_analyses" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "club_metrics_analysis_id_category_name_idx" ON "club_metrics" ("analysis_id", "category", "name");

CREATE UNIQUE INDEX "club_metrics_analysis_id_name_key" ON "club_metrics" ("analysis_id", "name");

CREATE TABLE "club_members" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "guild_id" TEXT NOT NULL CHECK (length("guild_id") <= 20),
    "member_key" TEXT NOT NULL CHECK (length("member_key") <= 200),
    "name" TEXT NOT NULL CHECK (length("name") <= 120),
    "first_seen_at" DATETIME NOT NULL,
    "last_seen_at" DATETIME NOT NULL,
    "left_at" DATETIME,
    "merged_into_id" TEXT CHECK (length("merged_into_id") <= 32),
    "created_at" DATETIME NOT NULL,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "club_members_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "guilds" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "club_members_merged_into_id_fkey" FOREIGN KEY ("merged_into_id") REFERENCES "club_members" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

CREATE INDEX "club_members_merged_into_id_idx" ON "club_members" ("merged_into_id");

CREATE UNIQUE INDEX "club_members_guild_id_member_key_key" ON "club_members" ("guild_id", "member_key");

CREATE TABLE "club_member_aliases" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "guild_id" TEXT NOT NULL CHECK (length("guild_id") <= 20),
    "member_id" TEXT NOT NULL CHECK (length("member_id") <= 32),
    "alias_key" TEXT NOT NULL CHECK (length("alias_key") <= 200),
    "alias" TEXT NOT NULL CHECK (length("alias") <= 120),
    "created_by_id" TEXT CHECK (length("created_by_id") <= 32),
    "created_at" DATETIME NOT NULL,
    CONSTRAINT "club_member_aliases_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "guilds" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "club_member_aliases_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "club_members" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "club_member_aliases_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "users" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

CREATE INDEX "club_member_aliases_member_id_idx" ON "club_member_aliases" ("member_id");

CREATE INDEX "club_member_aliases_created_by_id_idx" ON "club_member_aliases" ("created_by_id");

CREATE UNIQUE INDEX "club_member_aliases_guild_id_alias_key_key" ON "club_member_aliases" ("guild_id", "alias_key");

CREATE TABLE "guilds" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 20),
    "name" TEXT NOT NULL CHECK (length("name") <= 100),
    "name_key" TEXT NOT NULL CHECK (length("name_key") <= 200),
    "icon" TEXT CHECK (length("icon") <= 64),
    "owner_id" TEXT CHECK (length("owner_id") <= 32),
    "owner_discord_id" TEXT CHECK (length("owner_discord_id") <= 20),
    "settings" JSONB,
    "bot_present" BOOLEAN NOT NULL,
    "bot_left_at" DATETIME,
    "member_count" INTEGER NOT NULL DEFAULT 0,
    "message_count" INTEGER NOT NULL DEFAULT 0,
    "created_at" DATETIME NOT NULL,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "guilds_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

CREATE INDEX "guilds_owner_id_idx" ON "guilds" ("owner_id");

CREATE INDEX "guilds_created_at_id_idx" ON "guilds" ("created_at", "id");

CREATE INDEX "guilds_updated_at_id_idx" ON "guilds" ("updated_at", "id");

CREATE TABLE "user_guilds" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "user_id" TEXT NOT NULL CHECK (length("user_id") <= 32),
    "guild_id" TEXT NOT NULL CHECK (length("guild_id") <= 20),
    "roles" JSONB NOT NULL,
    "discord_roles" JSONB NOT NULL,
    "discord_role_ids" JSONB NOT NULL,
    "granted_roles" JSONB NOT NULL,
    "source" TEXT NOT NULL CHECK (length("source") <= 16),
    "joined_at" DATETIME NOT NULL,
    "left_at" DATETIME,
    "created_at" DATETIME NOT NULL,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "user_guilds_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "user_guilds_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "guilds" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "user_guilds_guild_id_left_at_joined_at_id_idx" ON "user_guilds" ("guild_id", "left_at", "joined_at", "id");

CREATE UNIQUE INDEX "user_guilds_user_id_guild_id_key" ON "user_guilds" ("user_id", "guild_id");

CREATE TABLE "users" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "discord_id" TEXT NOT NULL CHECK (length("discord_id") <= 20),
    "username" TEXT NOT NULL CHECK (length("username") <= 100),
    "username_key" TEXT NOT NULL CHECK (length("username_key") <= 200),
    "global_name" TEXT CHECK (length("global_name") <= 100),
    "global_name_key" TEXT CHECK (length("global_name_key") <= 200),
    "avatar" TEXT CHECK (length("avatar") <= 64),
    "email" TEXT CHECK (length("email") <= 320),
    "email_key" TEXT CHECK (length("email_key") <= 640),
    "discord_access_token" TEXT CHECK (length(CAST("discord_access_token" AS BLOB)) <= 65535),
    "discord_refresh_token" TEXT CHECK (length(CAST("discord_refresh_token" AS BLOB)) <= 65535),
    "token_expires_at" DATETIME,
    "last_active_guild_id" TEXT CHECK (length("last_active_guild_id") <= 20),
    "audit_ref" TEXT NOT NULL CHECK (length("audit_ref") <= 32),
    "created_at" DATETIME NOT NULL,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "users_last_active_guild_id_fkey" FOREIGN KEY ("last_active_guild_id") REFERENCES "guilds" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

CREATE UNIQUE INDEX "users_discord_id_key" ON "users" ("discord_id");

CREATE UNIQUE INDEX "users_email_key_key" ON "users" ("email_key");

CREATE UNIQUE INDEX "users_audit_ref_key" ON "users" ("audit_ref");

CREATE INDEX "users_last_active_guild_id_idx" ON "users" ("last_active_guild_id");

CREATE INDEX "users_created_at_id_idx" ON "users" ("created_at", "id");

CREATE INDEX "users_updated_at_id_idx" ON "users" ("updated_at", "id");

CREATE TABLE "sessions" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "user_id" TEXT NOT NULL CHECK (length("user_id") <= 32),
    "token_hash" TEXT NOT NULL CHECK (length("token_hash") <= 64),
    "created_at" DATETIME NOT NULL,
    "last_seen_at" DATETIME NOT NULL,
    "idle_expires_at" DATETIME NOT NULL,
    "expires_at" DATETIME NOT NULL,
    "revoked_at" DATETIME,
    "ip_address" TEXT CHECK (length("ip_address") <= 64),
    "user_agent" TEXT CHECK (length("user_agent") <= 1024),
    CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE UNIQUE INDEX "sessions_token_hash_key" ON "sessions" ("token_hash");

CREATE INDEX "sessions_user_id_created_at_id_idx" ON "sessions" ("user_id", "created_at", "id");

CREATE INDEX "sessions_idle_expires_at_idx" ON "sessions" ("idle_expires_at");

CREATE TABLE "user_settings" (
    "user_id" TEXT NOT NULL PRIMARY KEY CHECK (length("user_id") <= 32),
    "data" JSONB NOT NULL,
    "created_at" DATETIME NOT NULL,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "user_settings_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "api_tokens" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "user_id" TEXT NOT NULL CHECK (length("user_id") <= 32),
    "name" TEXT NOT NULL CHECK (length("name") <= 100),
    "token_hash" TEXT NOT NULL CHECK (length("token_hash") <= 64),
    "access" TEXT NOT NULL CHECK (length("access") <= 16),
    "guild_ids" JSONB,
    "created_at" DATETIME NOT NULL,
    "expires_at" DATETIME NOT NULL,
    "last_used_at" DATETIME,
    "revoked_at" DATETIME,
    CONSTRAINT "api_tokens_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE UNIQUE INDEX "api_tokens_token_hash_key" ON "api_tokens" ("token_hash");

CREATE INDEX "api_tokens_user_id_created_at_id_idx" ON "api_tokens" ("user_id", "created_at", "id");

CREATE INDEX "api_tokens_expires_at_idx" ON "api_tokens" ("expires_at");

CREATE TABLE "retention_policies" (
    "kind" TEXT NOT NULL PRIMARY KEY CHECK (length("kind") <= 32),
    "version" INTEGER NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "action" TEXT NOT NULL CHECK (length("action") <= 16),
    "days" INTEGER,
    "updated_by_id" TEXT CHECK (length("updated_by_id") <= 32),
    "updated_at" DATETIME NOT NULL,
    "last_run_at" DATETIME,
    CONSTRAINT "retention_policies_updated_by_id_fkey" FOREIGN KEY ("updated_by_id") REFERENCES "users" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

CREATE INDEX "retention_policies_updated_by_id_idx" ON "retention_policies" ("updated_by_id");

CREATE TABLE "archives" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "kind" TEXT NOT NULL CHECK (length("kind") <= 32),
    "state" TEXT NOT NULL CHECK (length("state") <= 16),
    "file_name" TEXT NOT NULL CHECK (length("file_name") <= 200),
    "from_instant" DATETIME,
    "before_instant" DATETIME NOT NULL,
    "first_key" TEXT CHECK (length("first_key") <= 64),
    "last_key" TEXT CHECK (length("last_key") <= 64),
    "row_count" BIGINT NOT NULL,
    "deleted_count" BIGINT NOT NULL,
    "deleted_key" TEXT CHECK (length("deleted_key") <= 64),
    "bytes" BIGINT NOT NULL,
    "content_hash" TEXT CHECK (length("content_hash") <= 64),
    "schema_version" TEXT NOT NULL CHECK (length("schema_version") <= 128),
    "last_error" TEXT CHECK (length(CAST("last_error" AS BLOB)) <= 65535),
    "created_at" DATETIME NOT NULL,
    "finished_at" DATETIME
);

CREATE UNIQUE INDEX "archives_file_name_key" ON "archives" ("file_name");

CREATE INDEX "archives_created_at_id_idx" ON "archives" ("created_at", "id");

CREATE INDEX "archives_kind_created_at_id_idx" ON "archives" ("kind", "created_at", "id");

CREATE INDEX "archives_state_id_idx" ON "archives" ("state", "id");

CREATE TABLE "erased_people" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "discord_id_hash" TEXT NOT NULL CHECK (length("discord_id_hash") <= 64),
    "user_id_hash" TEXT NOT NULL CHECK (length("user_id_hash") <= 64),
    "erased_at" DATETIME NOT NULL,
    "returned_at" DATETIME
);

CREATE UNIQUE INDEX "erased_people_user_id_hash_key" ON "erased_people" ("user_id_hash");

CREATE INDEX "erased_people_discord_id_hash_erased_at_idx" ON "erased_people" ("discord_id_hash", "erased_at");

CREATE TABLE "outbox" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "topic" TEXT NOT NULL CHECK (length("topic") <= 64),
    "payload" JSONB NOT NULL,
    "guild_id" TEXT CHECK (length("guild_id") <= 20),
    "room" TEXT CHECK (length("room") <= 96),
    "room_sequence" BIGINT,
    "created_at" DATETIME NOT NULL,
    "published_at" DATETIME,
    "claimed_by" TEXT CHECK (length("claimed_by") <= 64),
    "claimed_until" DATETIME
);

CREATE INDEX "outbox_published_at_id_idx" ON "outbox" ("published_at", "id");

CREATE UNIQUE INDEX "outbox_room_room_sequence_key" ON "outbox" ("room", "room_sequence");

CREATE TABLE "rooms" (
    "name" TEXT NOT NULL PRIMARY KEY CHECK (length("name") <= 96),
    "sequence" BIGINT NOT NULL
);

CREATE TABLE "jobs" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "kind" TEXT NOT NULL CHECK (length("kind") <= 64),
    "payload" JSONB NOT NULL,
    "guild_id" TEXT CHECK (length("guild_id") <= 20),
    "state" TEXT NOT NULL CHECK (length("state") <= 16),
    "run_at" DATETIME NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "max_attempts" INTEGER NOT NULL,
    "lease_owner" TEXT CHECK (length("lease_owner") <= 64),
    "lease_until" DATETIME,
    "last_error" TEXT CHECK (length(CAST("last_error" AS BLOB)) <= 65535),
    "schedule_key" TEXT CHECK (length("schedule_key") <= 128),
    "created_at" DATETIME NOT NULL,
    "finished_at" DATETIME
);

CREATE UNIQUE INDEX "jobs_schedule_key_key" ON "jobs" ("schedule_key");

CREATE INDEX "jobs_state_run_at_id_idx" ON "jobs" ("state", "run_at", "id");

CREATE INDEX "jobs_state_lease_until_id_idx" ON "jobs" ("state", "lease_until", "id");

CREATE INDEX "jobs_state_finished_at_id_idx" ON "jobs" ("state", "finished_at", "id");

CREATE TABLE "program_facts" (
    "name" TEXT NOT NULL PRIMARY KEY CHECK (length("name") <= 64),
    "value" TEXT NOT NULL CHECK (length(CAST("value" AS BLOB)) <= 65535),
    "updated_at" DATETIME NOT NULL
);

CREATE TABLE "program_processes" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "kind" TEXT NOT NULL CHECK (length("kind") <= 16),
    "host_name" TEXT NOT NULL CHECK (length("host_name") <= 255),
    "pid" INTEGER NOT NULL,
    "started_at" DATETIME NOT NULL,
    "heartbeat_at" DATETIME NOT NULL
);

CREATE INDEX "program_processes_heartbeat_at_idx" ON "program_processes" ("heartbeat_at");

CREATE TABLE "screenshot_analyses" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "user_id" TEXT NOT NULL CHECK (length("user_id") <= 32),
    "screenshot_type" TEXT NOT NULL CHECK (length("screenshot_type") <= 32),
    "upload_id" TEXT CHECK (length("upload_id") <= 32),
    "image_url" TEXT CHECK (length("image_url") <= 2048),
    "title" TEXT NOT NULL CHECK (length("title") <= 200),
    "description" TEXT NOT NULL CHECK (length(CAST("description" AS BLOB)) <= 65535),
    "summary" TEXT NOT NULL CHECK (length(CAST("summary" AS BLOB)) <= 65535),
    "confidence" REAL NOT NULL,
    "processing_time" INTEGER NOT NULL,
    "model_used" TEXT NOT NULL CHECK (length("model_used") <= 100),
    "raw_response" JSONB,
    "created_at" DATETIME NOT NULL,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "screenshot_analyses_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "screenshot_analyses_upload_id_fkey" FOREIGN KEY ("upload_id") REFERENCES "uploads" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

CREATE INDEX "screenshot_analyses_user_id_created_at_id_idx" ON "screenshot_analyses" ("user_id", "created_at", "id");

CREATE INDEX "screenshot_analyses_user_id_screenshot_type_created_at_id_idx" ON "screenshot_analyses" ("user_id", "screenshot_type", "created_at", "id");

CREATE INDEX "screenshot_analyses_upload_id_idx" ON "screenshot_analyses" ("upload_id");

CREATE INDEX "screenshot_analyses_created_at_id_idx" ON "screenshot_analyses" ("created_at", "id");

CREATE TABLE "screenshot_data" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "analysis_id" TEXT NOT NULL CHECK (length("analysis_id") <= 32),
    "position" INTEGER NOT NULL,
    "key" TEXT NOT NULL CHECK (length("key") <= 100),
    "value" JSONB NOT NULL,
    "data_type" TEXT NOT NULL CHECK (length("data_type") <= 16),
    "category" TEXT NOT NULL CHECK (length("category") <= 64),
    "confidence" REAL,
    CONSTRAINT "screenshot_data_analysis_id_fkey" FOREIGN KEY ("analysis_id") REFERENCES "screenshot_analyses" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "screenshot_data_analysis_id_position_idx" ON "screenshot_data" ("analysis_id", "position");

CREATE UNIQUE INDEX "screenshot_data_analysis_id_key_key" ON "screenshot_data" ("analysis_id", "key");

CREATE TABLE "screenshot_tags" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "analysis_id" TEXT NOT NULL CHECK (length("analysis_id") <= 32),
    "tag" TEXT NOT NULL CHECK (length("tag") <= 64),
    "tag_key" TEXT NOT NULL CHECK (length("tag_key") <= 200),
    "category" TEXT CHECK (length("category") <= 64),
    CONSTRAINT "screenshot_tags_analysis_id_fkey" FOREIGN KEY ("analysis_id") REFERENCES "screenshot_analyses" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE UNIQUE INDEX "screenshot_tags_analysis_id_tag_key_key" ON "screenshot_tags" ("analysis_id", "tag_key");

CREATE TABLE "screenshot_comparisons" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "user_id" TEXT NOT NULL CHECK (length("user_id") <= 32),
    "analysis_id_1" TEXT NOT NULL CHECK (length("analysis_id_1") <= 32),
    "analysis_id_2" TEXT NOT NULL CHECK (length("analysis_id_2") <= 32),
    "comparison_type" TEXT NOT NULL CHECK (length("comparison_type") <= 16),
    "summary" TEXT NOT NULL CHECK (length(CAST("summary" AS BLOB)) <= 65535),
    "trend" TEXT NOT NULL CHECK (length("trend") <= 16),
    "differences" JSONB NOT NULL,
    "insights" JSONB NOT NULL,
    "created_at" DATETIME NOT NULL,
    CONSTRAINT "screenshot_comparisons_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "screenshot_comparisons_analysis_id_1_fkey" FOREIGN KEY ("analysis_id_1") REFERENCES "screenshot_analyses" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "screenshot_comparisons_analysis_id_2_fkey" FOREIGN KEY ("analysis_id_2") REFERENCES "screenshot_analyses" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "screenshot_comparisons_analysis_id_2_idx" ON "screenshot_comparisons" ("analysis_id_2");

CREATE INDEX "screenshot_comparisons_user_id_created_at_id_idx" ON "screenshot_comparisons" ("user_id", "created_at", "id");

CREATE UNIQUE INDEX "screenshot_comparisons_analysis_id_1_analysis_id_2_comparison_type_key" ON "screenshot_comparisons" ("analysis_id_1", "analysis_id_2", "comparison_type");

CREATE TABLE "screenshot_insights" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "analysis_id" TEXT NOT NULL CHECK (length("analysis_id") <= 32),
    "position" INTEGER NOT NULL,
    "type" TEXT NOT NULL CHECK (length("type") <= 32),
    "priority" TEXT NOT NULL CHECK (length("priority") <= 8),
    "title" TEXT NOT NULL CHECK (length("title") <= 200),
    "description" TEXT NOT NULL CHECK (length(CAST("description" AS BLOB)) <= 65535),
    "confidence" REAL NOT NULL,
    "actionable" BOOLEAN NOT NULL DEFAULT 0,
    "created_at" DATETIME NOT NULL,
    CONSTRAINT "screenshot_insights_analysis_id_fkey" FOREIGN KEY ("analysis_id") REFERENCES "screenshot_analyses" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "screenshot_insights_analysis_id_position_idx" ON "screenshot_insights" ("analysis_id", "position");

CREATE TABLE "screenshot_recommendations" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "analysis_id" TEXT NOT NULL CHECK (length("analysis_id") <= 32),
    "position" INTEGER NOT NULL,
    "type" TEXT NOT NULL CHECK (length("type") <= 32),
    "priority" TEXT NOT NULL CHECK (length("priority") <= 8),
    "title" TEXT NOT NULL CHECK (length("title") <= 200),
    "description" TEXT NOT NULL CHECK (length(CAST("description" AS BLOB)) <= 65535),
    "impact" TEXT NOT NULL CHECK (length("impact") <= 8),
    "effort" TEXT NOT NULL CHECK (length("effort") <= 8),
    "actionable" BOOLEAN NOT NULL DEFAULT 1,
    "created_at" DATETIME NOT NULL,
    CONSTRAINT "screenshot_recommendations_analysis_id_fkey" FOREIGN KEY ("analysis_id") REFERENCES "screenshot_analyses" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "screenshot_recommendations_analysis_id_position_idx" ON "screenshot_recommendations" ("analysis_id", "position");

CREATE TABLE "uploads" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "user_id" TEXT CHECK (length("user_id") <= 32),
    "guild_id" TEXT CHECK (length("guild_id") <= 20),
    "purpose" TEXT NOT NULL CHECK (length("purpose") <= 32),
    "state" TEXT NOT NULL CHECK (length("state") <= 16),
    "original_name" TEXT CHECK (length("original_name") <= 255),
    "bytes" INTEGER NOT NULL,
    "content_type" TEXT CHECK (length("content_type") <= 64),
    "width" INTEGER,
    "height" INTEGER,
    "content_hash" TEXT CHECK (length("content_hash") <= 64),
    "storage_key" TEXT NOT NULL CHECK (length("storage_key") <= 200),
    "preview_key" TEXT CHECK (length("preview_key") <= 200),
    "thumbnail_key" TEXT CHECK (length("thumbnail_key") <= 200),
    "refusal" TEXT CHECK (length("refusal") <= 200),
    "expires_at" DATETIME,
    "created_at" DATETIME NOT NULL,
    "stored_at" DATETIME,
    CONSTRAINT "uploads_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT "uploads_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "guilds" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

CREATE UNIQUE INDEX "uploads_storage_key_key" ON "uploads" ("storage_key");

CREATE INDEX "uploads_user_id_created_at_id_idx" ON "uploads" ("user_id", "created_at", "id");

CREATE INDEX "uploads_guild_id_created_at_id_idx" ON "uploads" ("guild_id", "created_at", "id");

CREATE INDEX "uploads_expires_at_id_idx" ON "uploads" ("expires_at", "id");

CREATE TABLE "stats" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "user_id" TEXT CHECK (length("user_id") <= 32),
    "guild_id" TEXT CHECK (length("guild_id") <= 20),
    "type" TEXT NOT NULL CHECK (length("type") <= 64),
    "value" JSONB NOT NULL,
    "source" TEXT NOT NULL CHECK (length("source") <= 32),
    "event_id" TEXT NOT NULL CHECK (length("event_id") <= 64),
    "timestamp" DATETIME NOT NULL,
    CONSTRAINT "stats_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "stats_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "guilds" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "stats_user_id_timestamp_id_idx" ON "stats" ("user_id", "timestamp", "id");

CREATE INDEX "stats_guild_id_timestamp_id_idx" ON "stats" ("guild_id", "timestamp", "id");

CREATE INDEX "stats_user_id_type_timestamp_id_idx" ON "stats" ("user_id", "type", "timestamp", "id");

CREATE INDEX "stats_guild_id_type_timestamp_id_idx" ON "stats" ("guild_id", "type", "timestamp", "id");

CREATE INDEX "stats_timestamp_id_idx" ON "stats" ("timestamp", "id");

CREATE UNIQUE INDEX "stats_source_event_id_key" ON "stats" ("source", "event_id");

CREATE TABLE "stat_rollups" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "subject" TEXT NOT NULL CHECK (length("subject") <= 8),
    "guild_id" TEXT CHECK (length("guild_id") <= 20),
    "user_id" TEXT CHECK (length("user_id") <= 32),
    "type" TEXT NOT NULL CHECK (length("type") <= 64),
    "bucket_start" DATETIME NOT NULL,
    "event_count" BIGINT NOT NULL,
    "value_count" BIGINT NOT NULL,
    "value_sum" REAL NOT NULL,
    "merged" BOOLEAN NOT NULL,
    CONSTRAINT "stat_rollups_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "guilds" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "stat_rollups_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "stat_rollups_guild_id_subject_bucket_start_type_idx" ON "stat_rollups" ("guild_id", "subject", "bucket_start", "type");

CREATE INDEX "stat_rollups_user_id_bucket_start_type_idx" ON "stat_rollups" ("user_id", "bucket_start", "type");

CREATE INDEX "stat_rollups_merged_id_idx" ON "stat_rollups" ("merged", "id");
