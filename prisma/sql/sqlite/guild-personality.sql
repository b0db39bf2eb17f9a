-- The character a guild's assistant speaks with; without a row, the preset `friendly`. `version` counts the
-- changes, and a writer names the one it read. No migration knows this table: this script alone creates it.
CREATE TABLE IF NOT EXISTS "guild_personality" (
    "guild_id" TEXT NOT NULL PRIMARY KEY CHECK (length("guild_id") <= 20),
    "version" INTEGER NOT NULL,
    "preset" TEXT NOT NULL CHECK (length("preset") <= 64),
    "system_prompt" TEXT NOT NULL CHECK (length(CAST("system_prompt" AS BLOB)) <= 65535),
    "temperature" REAL NOT NULL,
    "top_p" REAL NOT NULL,
    "tone" TEXT NOT NULL CHECK (length("tone") <= 16),
    "formality" TEXT NOT NULL CHECK (length("formality") <= 16),
    "humor" BOOLEAN NOT NULL,
    "emojis" BOOLEAN NOT NULL,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "guild_personality_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "guilds" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
