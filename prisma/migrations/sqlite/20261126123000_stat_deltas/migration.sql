CREATE TABLE "stat_deltas" (
    "id" TEXT NOT NULL PRIMARY KEY CHECK (length("id") <= 32),
    "guild_id" TEXT CHECK (length("guild_id") <= 20),
    "sums" JSONB NOT NULL,
    CONSTRAINT "stat_deltas_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "guilds" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "stat_deltas_guild_id_idx" ON "stat_deltas" ("guild_id");

DROP INDEX "stat_rollups_merged_id_idx";

ALTER TABLE "stat_rollups" DROP COLUMN "merged";
