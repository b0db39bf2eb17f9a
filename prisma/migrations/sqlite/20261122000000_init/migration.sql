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

CREATE TABLE "conversations" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "user_id" TEXT NOT NULL CHECK (length("user_id") <= 32),
    "title" TEXT CHECK (length("title") <= 200),
    "personality_mode" TEXT CHECK (length("personality_mode") <= 32),
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

CREATE INDEX "chat_messages_conversation_id_created_at_id_idx" ON "chat_messages" ("conversation_id", "created_at", "id");

CREATE INDEX "chat_messages_guild_id_created_at_id_idx" ON "chat_messages" ("guild_id", "created_at", "id");

CREATE INDEX "chat_messages_created_at_id_idx" ON "chat_messages" ("created_at", "id");

CREATE UNIQUE INDEX "chat_messages_user_id_client_id_key" ON "chat_messages" ("user_id", "client_id");

CREATE UNIQUE INDEX "chat_messages_conversation_id_sequence_key" ON "chat_messages" ("conversation_id", "sequence");

CREATE UNIQUE INDEX "chat_messages_guild_id_sequence_key" ON "chat_messages" ("guild_id", "sequence");

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
