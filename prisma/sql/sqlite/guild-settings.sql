-- The typed settings of a guild. A guild without a row has the defaults of the contract; `version` counts the
-- changes, and a writer names the one it read. No migration knows this table: this script alone creates it.
CREATE TABLE IF NOT EXISTS "guild_settings" (
    "guild_id" TEXT NOT NULL PRIMARY KEY CHECK (length("guild_id") <= 20),
    "version" INTEGER NOT NULL,
    "sheet_id" TEXT CHECK (length("sheet_id") <= 128),
    "sheet_tab" TEXT CHECK (length("sheet_tab") <= 128),
    "view_mode" TEXT NOT NULL CHECK (length("view_mode") <= 16),
    "allow_public" BOOLEAN NOT NULL,
    "screenshot_channel_id" TEXT CHECK (length("screenshot_channel_id") <= 20),
    "uploads_enabled" BOOLEAN NOT NULL,
    "notes" TEXT CHECK (length(CAST("notes" AS BLOB)) <= 65535),
    "week_anchor_day" TEXT CHECK (length("week_anchor_day") <= 3),
    "week_anchor_time" TEXT CHECK (length("week_anchor_time") <= 5),
    "week_anchor_time_zone" TEXT CHECK (length("week_anchor_time_zone") <= 64),
    "week_window_days" INTEGER,
    "warn_total_low" BIGINT,
    "warn_total_high" BIGINT,
    "club_role_id" TEXT CHECK (length("club_role_id") <= 20),
    "ai_tokens_per_minute" INTEGER,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "guild_settings_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "guilds" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
