CREATE INDEX "uploads_created_at_id_idx" ON "uploads" ("created_at", "id");

CREATE INDEX "user_guilds_left_at_id_idx" ON "user_guilds" ("left_at", "id");

CREATE INDEX "stat_rollups_bucket_start_id_idx" ON "stat_rollups" ("bucket_start", "id");

CREATE INDEX "api_tokens_expires_at_id_idx" ON "api_tokens" ("expires_at", "id");

DROP INDEX "api_tokens_expires_at_idx";
