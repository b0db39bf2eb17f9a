-- What was read of a club's members, and of each member the newest value of each power, which is made from the
-- first and never the only copy. No migration knows these tables: this script alone creates them.
CREATE TABLE IF NOT EXISTS "club_member_observations" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "guild_id" TEXT NOT NULL CHECK (length("guild_id") <= 20),
    "member_id" TEXT NOT NULL CHECK (length("member_id") <= 32),
    "name" TEXT NOT NULL CHECK (length("name") <= 120),
    "sim_power" BIGINT,
    "total_power" BIGINT,
    "confidence" REAL,
    "source" TEXT NOT NULL CHECK (length("source") <= 16),
    "source_id" TEXT NOT NULL CHECK (length("source_id") <= 32),
    "created_by_id" TEXT CHECK (length("created_by_id") <= 32),
    "observed_at" DATETIME NOT NULL,
    "created_at" DATETIME NOT NULL,
    CONSTRAINT "club_member_observations_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "guilds" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "club_member_observations_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "club_members" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "club_member_observations_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "users" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

CREATE INDEX IF NOT EXISTS "club_member_observations_guild_id_observed_at_id_idx" ON "club_member_observations" ("guild_id", "observed_at", "id");

CREATE INDEX IF NOT EXISTS "club_member_observations_guild_id_source_id_idx" ON "club_member_observations" ("guild_id", "source_id");

CREATE INDEX IF NOT EXISTS "club_member_observations_created_by_id_idx" ON "club_member_observations" ("created_by_id");

CREATE UNIQUE INDEX IF NOT EXISTS "club_member_observations_member_id_observed_at_source_id_key" ON "club_member_observations" ("member_id", "observed_at", "source_id");

CREATE TABLE IF NOT EXISTS "club_member_latest" (
    "member_id" TEXT NOT NULL PRIMARY KEY CHECK (length("member_id") <= 32),
    "guild_id" TEXT NOT NULL CHECK (length("guild_id") <= 20),
    "member_key" TEXT NOT NULL CHECK (length("member_key") <= 200),
    "name" TEXT NOT NULL CHECK (length("name") <= 120),
    "name_key" TEXT NOT NULL CHECK (length("name_key") <= 200),
    "sim_power" BIGINT,
    "sim_observed_at" DATETIME,
    "total_power" BIGINT,
    "total_observed_at" DATETIME,
    "last_seen_at" DATETIME NOT NULL,
    "left_at" DATETIME,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "club_member_latest_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "guilds" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "club_member_latest_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "club_members" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX IF NOT EXISTS "club_member_latest_guild_id_sim_power_name_key_member_id_idx" ON "club_member_latest" ("guild_id", "sim_power" DESC, "name_key", "member_id");

CREATE INDEX IF NOT EXISTS "club_member_latest_guild_id_total_power_name_key_member_id_idx" ON "club_member_latest" ("guild_id", "total_power" DESC, "name_key", "member_id");

CREATE INDEX IF NOT EXISTS "club_member_latest_guild_id_name_key_member_id_idx" ON "club_member_latest" ("guild_id", "name_key", "member_id");

CREATE INDEX IF NOT EXISTS "club_member_latest_guild_id_last_seen_at_member_id_idx" ON "club_member_latest" ("guild_id", "last_seen_at", "member_id");
