CREATE TABLE `audit_logs` (
    `sequence` BIGINT NOT NULL AUTO_INCREMENT,
    `id` VARCHAR(32) NOT NULL,
    `timestamp` DATETIME(3) NOT NULL,
    `action` VARCHAR(64) NOT NULL,
    `resource_type` VARCHAR(64) NOT NULL,
    `resource_id` VARCHAR(64) NULL,
    `guild_id` VARCHAR(20) NULL,
    `success` TINYINT(1) NOT NULL,
    `actor_kind` VARCHAR(16) NOT NULL,
    `actor_ref` VARCHAR(32) NULL,
    `via_bot` TINYINT(1) NOT NULL,
    `occurrences` INT NOT NULL,
    `personal_hmac` VARCHAR(64) NOT NULL,
    PRIMARY KEY (`sequence`),
    UNIQUE INDEX `audit_logs_id_key` (`id`),
    INDEX `audit_logs_timestamp_idx` (`timestamp`),
    INDEX `audit_logs_guild_id_timestamp_idx` (`guild_id`, `timestamp`),
    INDEX `audit_logs_guild_id_success_timestamp_idx` (`guild_id`, `success`, `timestamp`),
    INDEX `audit_logs_guild_id_action_timestamp_idx` (`guild_id`, `action`, `timestamp`),
    INDEX `audit_logs_action_timestamp_idx` (`action`, `timestamp`),
    INDEX `audit_logs_resource_type_resource_id_timestamp_idx` (`resource_type`, `resource_id`, `timestamp`),
    INDEX `audit_logs_success_timestamp_idx` (`success`, `timestamp`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `audit_personal` (
    `audit_id` VARCHAR(32) NOT NULL,
    `timestamp` DATETIME(3) NOT NULL,
    `user_id` VARCHAR(32) NULL,
    `discord_id` VARCHAR(20) NULL,
    `display_name` VARCHAR(100) NULL,
    `ip_address` VARCHAR(64) NULL,
    `user_agent` VARCHAR(1024) NULL,
    `session_id` VARCHAR(32) NULL,
    `request_id` VARCHAR(64) NULL,
    `details` JSON NULL,
    `before` JSON NULL,
    `after` JSON NULL,
    `error_message` TEXT NULL,
    PRIMARY KEY (`audit_id`),
    INDEX `audit_personal_user_id_timestamp_audit_id_idx` (`user_id`, `timestamp`, `audit_id`),
    INDEX `audit_personal_request_id_idx` (`request_id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `audit_seals` (
    `number` BIGINT NOT NULL,
    `from_sequence` BIGINT NOT NULL,
    `to_sequence` BIGINT NOT NULL,
    `row_count` INT NOT NULL,
    `row_macs` TEXT NOT NULL,
    `rows_hash` VARCHAR(64) NOT NULL,
    `chain_hash` VARCHAR(64) NOT NULL,
    `last_timestamp` DATETIME(3) NOT NULL,
    `sealed_at` DATETIME(3) NOT NULL,
    `rows_removed_at` DATETIME(3) NULL,
    `archive_id` VARCHAR(32) NULL,
    PRIMARY KEY (`number`),
    UNIQUE INDEX `audit_seals_from_sequence_key` (`from_sequence`),
    UNIQUE INDEX `audit_seals_to_sequence_key` (`to_sequence`),
    INDEX `audit_seals_rows_removed_at_number_idx` (`rows_removed_at`, `number`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `conversations` (
    `id` VARCHAR(32) NOT NULL,
    `user_id` VARCHAR(32) NOT NULL,
    `title` VARCHAR(200) NULL,
    `personality_mode` VARCHAR(32) NULL,
    `message_count` INT NOT NULL DEFAULT 0,
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `conversations_user_id_updated_at_id_idx` (`user_id`, `updated_at`, `id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `chat_messages` (
    `id` VARCHAR(32) NOT NULL,
    `conversation_id` VARCHAR(32) NULL,
    `user_id` VARCHAR(32) NOT NULL,
    `guild_id` VARCHAR(20) NULL,
    `sequence` BIGINT NOT NULL,
    `role` VARCHAR(16) NOT NULL,
    `text` TEXT NOT NULL,
    `personality_mode` VARCHAR(32) NULL,
    `admin_only` TINYINT(1) NOT NULL DEFAULT 0,
    `client_id` VARCHAR(64) NULL,
    `created_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `chat_messages_user_id_created_at_id_idx` (`user_id`, `created_at`, `id`),
    INDEX `chat_messages_guild_id_admin_only_sequence_idx` (`guild_id`, `admin_only`, `sequence`),
    INDEX `chat_messages_created_at_id_idx` (`created_at`, `id`),
    UNIQUE INDEX `chat_messages_user_id_client_id_key` (`user_id`, `client_id`),
    UNIQUE INDEX `chat_messages_conversation_id_sequence_key` (`conversation_id`, `sequence`),
    UNIQUE INDEX `chat_messages_guild_id_sequence_key` (`guild_id`, `sequence`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `club_analyses` (
    `id` VARCHAR(32) NOT NULL,
    `guild_id` VARCHAR(20) NOT NULL,
    `user_id` VARCHAR(32) NULL,
    `title` VARCHAR(200) NULL,
    `summary` TEXT NOT NULL,
    `confidence` DOUBLE NOT NULL,
    `image_count` INT NOT NULL DEFAULT 0,
    `metric_count` INT NOT NULL DEFAULT 0,
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `club_analyses_guild_id_created_at_id_idx` (`guild_id`, `created_at`, `id`),
    INDEX `club_analyses_user_id_created_at_id_idx` (`user_id`, `created_at`, `id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `club_analysis_images` (
    `id` VARCHAR(32) NOT NULL,
    `analysis_id` VARCHAR(32) NOT NULL,
    `upload_id` VARCHAR(32) NULL,
    `image_url` VARCHAR(2048) NULL,
    `original_name` VARCHAR(255) NOT NULL,
    `file_size` INT NOT NULL,
    `uploaded_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `club_analysis_images_analysis_id_uploaded_at_id_idx` (`analysis_id`, `uploaded_at`, `id`),
    INDEX `club_analysis_images_upload_id_idx` (`upload_id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `club_metrics` (
    `id` VARCHAR(32) NOT NULL,
    `analysis_id` VARCHAR(32) NOT NULL,
    `name` VARCHAR(100) NOT NULL,
    `value` JSON NOT NULL,
    `unit` VARCHAR(32) NULL,
    `category` VARCHAR(64) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `club_metrics_analysis_id_category_name_idx` (`analysis_id`, `category`, `name`),
    UNIQUE INDEX `club_metrics_analysis_id_name_key` (`analysis_id`, `name`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `club_members` (
    `id` VARCHAR(32) NOT NULL,
    `guild_id` VARCHAR(20) NOT NULL,
    `member_key` VARCHAR(200) NOT NULL,
    `name` VARCHAR(120) NOT NULL,
    `first_seen_at` DATETIME(3) NOT NULL,
    `last_seen_at` DATETIME(3) NOT NULL,
    `left_at` DATETIME(3) NULL,
    `merged_into_id` VARCHAR(32) NULL,
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `club_members_merged_into_id_idx` (`merged_into_id`),
    UNIQUE INDEX `club_members_guild_id_member_key_key` (`guild_id`, `member_key`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `club_member_aliases` (
    `id` VARCHAR(32) NOT NULL,
    `guild_id` VARCHAR(20) NOT NULL,
    `member_id` VARCHAR(32) NOT NULL,
    `alias_key` VARCHAR(200) NOT NULL,
    `alias` VARCHAR(120) NOT NULL,
    `created_by_id` VARCHAR(32) NULL,
    `created_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `club_member_aliases_member_id_idx` (`member_id`),
    INDEX `club_member_aliases_created_by_id_idx` (`created_by_id`),
    UNIQUE INDEX `club_member_aliases_guild_id_alias_key_key` (`guild_id`, `alias_key`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `guilds` (
    `id` VARCHAR(20) NOT NULL,
    `name` VARCHAR(100) NOT NULL,
    `name_key` VARCHAR(200) NOT NULL,
    `icon` VARCHAR(64) NULL,
    `owner_id` VARCHAR(32) NULL,
    `owner_discord_id` VARCHAR(20) NULL,
    `settings` JSON NULL,
    `bot_present` TINYINT(1) NOT NULL,
    `bot_left_at` DATETIME(3) NULL,
    `member_count` INT NOT NULL DEFAULT 0,
    `message_count` INT NOT NULL DEFAULT 0,
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `guilds_owner_id_idx` (`owner_id`),
    INDEX `guilds_created_at_id_idx` (`created_at`, `id`),
    INDEX `guilds_updated_at_id_idx` (`updated_at`, `id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `user_guilds` (
    `id` VARCHAR(32) NOT NULL,
    `user_id` VARCHAR(32) NOT NULL,
    `guild_id` VARCHAR(20) NOT NULL,
    `roles` JSON NOT NULL,
    `discord_roles` JSON NOT NULL,
    `discord_role_ids` JSON NOT NULL,
    `granted_roles` JSON NOT NULL,
    `source` VARCHAR(16) NOT NULL,
    `joined_at` DATETIME(3) NOT NULL,
    `left_at` DATETIME(3) NULL,
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `user_guilds_guild_id_left_at_joined_at_id_idx` (`guild_id`, `left_at`, `joined_at`, `id`),
    UNIQUE INDEX `user_guilds_user_id_guild_id_key` (`user_id`, `guild_id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `users` (
    `id` VARCHAR(32) NOT NULL,
    `discord_id` VARCHAR(20) NOT NULL,
    `username` VARCHAR(100) NOT NULL,
    `username_key` VARCHAR(200) NOT NULL,
    `global_name` VARCHAR(100) NULL,
    `global_name_key` VARCHAR(200) NULL,
    `avatar` VARCHAR(64) NULL,
    `email` VARCHAR(320) NULL,
    `email_key` VARCHAR(640) NULL,
    `discord_access_token` TEXT NULL,
    `discord_refresh_token` TEXT NULL,
    `token_expires_at` DATETIME(3) NULL,
    `last_active_guild_id` VARCHAR(20) NULL,
    `audit_ref` VARCHAR(32) NOT NULL,
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    UNIQUE INDEX `users_discord_id_key` (`discord_id`),
    UNIQUE INDEX `users_email_key_key` (`email_key`),
    UNIQUE INDEX `users_audit_ref_key` (`audit_ref`),
    INDEX `users_last_active_guild_id_idx` (`last_active_guild_id`),
    INDEX `users_created_at_id_idx` (`created_at`, `id`),
    INDEX `users_updated_at_id_idx` (`updated_at`, `id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `sessions` (
    `id` VARCHAR(32) NOT NULL,
    `user_id` VARCHAR(32) NOT NULL,
    `token_hash` VARCHAR(64) NOT NULL,
    `created_at` DATETIME(3) NOT NULL,
    `last_seen_at` DATETIME(3) NOT NULL,
    `idle_expires_at` DATETIME(3) NOT NULL,
    `expires_at` DATETIME(3) NOT NULL,
    `revoked_at` DATETIME(3) NULL,
    `ip_address` VARCHAR(64) NULL,
    `user_agent` VARCHAR(1024) NULL,
    PRIMARY KEY (`id`),
    UNIQUE INDEX `sessions_token_hash_key` (`token_hash`),
    INDEX `sessions_user_id_created_at_id_idx` (`user_id`, `created_at`, `id`),
    INDEX `sessions_idle_expires_at_idx` (`idle_expires_at`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `user_settings` (
    `user_id` VARCHAR(32) NOT NULL,
    `data` JSON NOT NULL,
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`user_id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `api_tokens` (
    `id` VARCHAR(32) NOT NULL,
    `user_id` VARCHAR(32) NOT NULL,
    `name` VARCHAR(100) NOT NULL,
    `token_hash` VARCHAR(64) NOT NULL,
    `access` VARCHAR(16) NOT NULL,
    `guild_ids` JSON NULL,
    `created_at` DATETIME(3) NOT NULL,
    `expires_at` DATETIME(3) NOT NULL,
    `last_used_at` DATETIME(3) NULL,
    `revoked_at` DATETIME(3) NULL,
    PRIMARY KEY (`id`),
    UNIQUE INDEX `api_tokens_token_hash_key` (`token_hash`),
    INDEX `api_tokens_user_id_created_at_id_idx` (`user_id`, `created_at`, `id`),
    INDEX `api_tokens_expires_at_idx` (`expires_at`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `retention_policies` (
    `kind` VARCHAR(32) NOT NULL,
    `version` INT NOT NULL,
    `enabled` TINYINT(1) NOT NULL,
    `action` VARCHAR(16) NOT NULL,
    `days` INT NULL,
    `updated_by_id` VARCHAR(32) NULL,
    `updated_at` DATETIME(3) NOT NULL,
    `last_run_at` DATETIME(3) NULL,
    PRIMARY KEY (`kind`),
    INDEX `retention_policies_updated_by_id_idx` (`updated_by_id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `archives` (
    `id` VARCHAR(32) NOT NULL,
    `kind` VARCHAR(32) NOT NULL,
    `state` VARCHAR(16) NOT NULL,
    `file_name` VARCHAR(200) NOT NULL,
    `from_instant` DATETIME(3) NULL,
    `before_instant` DATETIME(3) NOT NULL,
    `first_key` VARCHAR(64) NULL,
    `last_key` VARCHAR(64) NULL,
    `row_count` BIGINT NOT NULL,
    `deleted_count` BIGINT NOT NULL,
    `deleted_key` VARCHAR(64) NULL,
    `bytes` BIGINT NOT NULL,
    `content_hash` VARCHAR(64) NULL,
    `schema_version` VARCHAR(128) NOT NULL,
    `last_error` TEXT NULL,
    `created_at` DATETIME(3) NOT NULL,
    `finished_at` DATETIME(3) NULL,
    PRIMARY KEY (`id`),
    UNIQUE INDEX `archives_file_name_key` (`file_name`),
    INDEX `archives_created_at_id_idx` (`created_at`, `id`),
    INDEX `archives_kind_created_at_id_idx` (`kind`, `created_at`, `id`),
    INDEX `archives_state_id_idx` (`state`, `id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `erased_people` (
    `id` VARCHAR(32) NOT NULL,
    `discord_id_hash` VARCHAR(64) NOT NULL,
    `user_id_hash` VARCHAR(64) NOT NULL,
    `erased_at` DATETIME(3) NOT NULL,
    `returned_at` DATETIME(3) NULL,
    PRIMARY KEY (`id`),
    UNIQUE INDEX `erased_people_user_id_hash_key` (`user_id_hash`),
    INDEX `erased_people_discord_id_hash_erased_at_idx` (`discord_id_hash`, `erased_at`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `outbox` (
    `id` VARCHAR(32) NOT NULL,
    `topic` VARCHAR(64) NOT NULL,
    `payload` JSON NOT NULL,
    `guild_id` VARCHAR(20) NULL,
    `room` VARCHAR(96) NULL,
    `room_sequence` BIGINT NULL,
    `created_at` DATETIME(3) NOT NULL,
    `published_at` DATETIME(3) NULL,
    `claimed_by` VARCHAR(64) NULL,
    `claimed_until` DATETIME(3) NULL,
    PRIMARY KEY (`id`),
    INDEX `outbox_published_at_id_idx` (`published_at`, `id`),
    UNIQUE INDEX `outbox_room_room_sequence_key` (`room`, `room_sequence`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `rooms` (
    `name` VARCHAR(96) NOT NULL,
    `sequence` BIGINT NOT NULL,
    PRIMARY KEY (`name`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `jobs` (
    `id` VARCHAR(32) NOT NULL,
    `kind` VARCHAR(64) NOT NULL,
    `payload` JSON NOT NULL,
    `guild_id` VARCHAR(20) NULL,
    `state` VARCHAR(16) NOT NULL,
    `run_at` DATETIME(3) NOT NULL,
    `attempts` INT NOT NULL DEFAULT 0,
    `max_attempts` INT NOT NULL,
    `lease_owner` VARCHAR(64) NULL,
    `lease_until` DATETIME(3) NULL,
    `last_error` TEXT NULL,
    `schedule_key` VARCHAR(128) NULL,
    `created_at` DATETIME(3) NOT NULL,
    `finished_at` DATETIME(3) NULL,
    PRIMARY KEY (`id`),
    UNIQUE INDEX `jobs_schedule_key_key` (`schedule_key`),
    INDEX `jobs_state_run_at_id_idx` (`state`, `run_at`, `id`),
    INDEX `jobs_state_lease_until_id_idx` (`state`, `lease_until`, `id`),
    INDEX `jobs_state_finished_at_id_idx` (`state`, `finished_at`, `id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `program_facts` (
    `name` VARCHAR(64) NOT NULL,
    `value` TEXT NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`name`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `program_processes` (
    `id` VARCHAR(32) NOT NULL,
    `kind` VARCHAR(16) NOT NULL,
    `host_name` VARCHAR(255) NOT NULL,
    `pid` INT NOT NULL,
    `started_at` DATETIME(3) NOT NULL,
    `heartbeat_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `program_processes_heartbeat_at_idx` (`heartbeat_at`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `screenshot_analyses` (
    `id` VARCHAR(32) NOT NULL,
    `user_id` VARCHAR(32) NOT NULL,
    `screenshot_type` VARCHAR(32) NOT NULL,
    `upload_id` VARCHAR(32) NULL,
    `image_url` VARCHAR(2048) NULL,
    `title` VARCHAR(200) NOT NULL,
    `description` TEXT NOT NULL,
    `summary` TEXT NOT NULL,
    `confidence` DOUBLE NOT NULL,
    `processing_time` INT NOT NULL,
    `model_used` VARCHAR(100) NOT NULL,
    `raw_response` JSON NULL,
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `screenshot_analyses_user_id_created_at_id_idx` (`user_id`, `created_at`, `id`),
    INDEX `screenshot_analyses_user_id_screenshot_type_created_at_id_idx` (`user_id`, `screenshot_type`, `created_at`, `id`),
    INDEX `screenshot_analyses_upload_id_idx` (`upload_id`),
    INDEX `screenshot_analyses_created_at_id_idx` (`created_at`, `id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `screenshot_data` (
    `id` VARCHAR(32) NOT NULL,
    `analysis_id` VARCHAR(32) NOT NULL,
    `position` INT NOT NULL,
    `key` VARCHAR(100) NOT NULL,
    `value` JSON NOT NULL,
    `data_type` VARCHAR(16) NOT NULL,
    `category` VARCHAR(64) NOT NULL,
    `confidence` DOUBLE NULL,
    PRIMARY KEY (`id`),
    INDEX `screenshot_data_analysis_id_position_idx` (`analysis_id`, `position`),
    UNIQUE INDEX `screenshot_data_analysis_id_key_key` (`analysis_id`, `key`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `screenshot_tags` (
    `id` VARCHAR(32) NOT NULL,
    `analysis_id` VARCHAR(32) NOT NULL,
    `tag` VARCHAR(64) NOT NULL,
    `tag_key` VARCHAR(200) NOT NULL,
    `category` VARCHAR(64) NULL,
    PRIMARY KEY (`id`),
    UNIQUE INDEX `screenshot_tags_analysis_id_tag_key_key` (`analysis_id`, `tag_key`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `screenshot_comparisons` (
    `id` VARCHAR(32) NOT NULL,
    `user_id` VARCHAR(32) NOT NULL,
    `analysis_id_1` VARCHAR(32) NOT NULL,
    `analysis_id_2` VARCHAR(32) NOT NULL,
    `comparison_type` VARCHAR(16) NOT NULL,
    `summary` TEXT NOT NULL,
    `trend` VARCHAR(16) NOT NULL,
    `differences` JSON NOT NULL,
    `insights` JSON NOT NULL,
    `created_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `screenshot_comparisons_analysis_id_2_idx` (`analysis_id_2`),
    INDEX `screenshot_comparisons_user_id_created_at_id_idx` (`user_id`, `created_at`, `id`),
    UNIQUE INDEX `screenshot_comparisons_analysis_id_1_analysis_id_2_compariso_key` (`analysis_id_1`, `analysis_id_2`, `comparison_type`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `screenshot_insights` (
    `id` VARCHAR(32) NOT NULL,
    `analysis_id` VARCHAR(32) NOT NULL,
    `position` INT NOT NULL,
    `type` VARCHAR(32) NOT NULL,
    `priority` VARCHAR(8) NOT NULL,
    `title` VARCHAR(200) NOT NULL,
    `description` TEXT NOT NULL,
    `confidence` DOUBLE NOT NULL,
    `actionable` TINYINT(1) NOT NULL DEFAULT 0,
    `created_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `screenshot_insights_analysis_id_position_idx` (`analysis_id`, `position`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `screenshot_recommendations` (
    `id` VARCHAR(32) NOT NULL,
    `analysis_id` VARCHAR(32) NOT NULL,
    `position` INT NOT NULL,
    `type` VARCHAR(32) NOT NULL,
    `priority` VARCHAR(8) NOT NULL,
    `title` VARCHAR(200) NOT NULL,
    `description` TEXT NOT NULL,
    `impact` VARCHAR(8) NOT NULL,
    `effort` VARCHAR(8) NOT NULL,
    `actionable` TINYINT(1) NOT NULL DEFAULT 1,
    `created_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `screenshot_recommendations_analysis_id_position_idx` (`analysis_id`, `position`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `uploads` (
    `id` VARCHAR(32) NOT NULL,
    `user_id` VARCHAR(32) NULL,
    `guild_id` VARCHAR(20) NULL,
    `purpose` VARCHAR(32) NOT NULL,
    `state` VARCHAR(16) NOT NULL,
    `original_name` VARCHAR(255) NULL,
    `bytes` INT NOT NULL,
    `content_type` VARCHAR(64) NULL,
    `width` INT NULL,
    `height` INT NULL,
    `content_hash` VARCHAR(64) NULL,
    `storage_key` VARCHAR(200) NOT NULL,
    `preview_key` VARCHAR(200) NULL,
    `thumbnail_key` VARCHAR(200) NULL,
    `refusal` VARCHAR(200) NULL,
    `expires_at` DATETIME(3) NULL,
    `created_at` DATETIME(3) NOT NULL,
    `stored_at` DATETIME(3) NULL,
    PRIMARY KEY (`id`),
    UNIQUE INDEX `uploads_storage_key_key` (`storage_key`),
    INDEX `uploads_user_id_created_at_id_idx` (`user_id`, `created_at`, `id`),
    INDEX `uploads_guild_id_created_at_id_idx` (`guild_id`, `created_at`, `id`),
    INDEX `uploads_expires_at_id_idx` (`expires_at`, `id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `stats` (
    `id` VARCHAR(32) NOT NULL,
    `user_id` VARCHAR(32) NULL,
    `guild_id` VARCHAR(20) NULL,
    `type` VARCHAR(64) NOT NULL,
    `value` JSON NOT NULL,
    `source` VARCHAR(32) NOT NULL,
    `event_id` VARCHAR(64) NOT NULL,
    `timestamp` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `stats_user_id_timestamp_id_idx` (`user_id`, `timestamp`, `id`),
    INDEX `stats_guild_id_timestamp_id_idx` (`guild_id`, `timestamp`, `id`),
    INDEX `stats_user_id_type_timestamp_id_idx` (`user_id`, `type`, `timestamp`, `id`),
    INDEX `stats_guild_id_type_timestamp_id_idx` (`guild_id`, `type`, `timestamp`, `id`),
    INDEX `stats_timestamp_id_idx` (`timestamp`, `id`),
    UNIQUE INDEX `stats_source_event_id_key` (`source`, `event_id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `stat_rollups` (
    `id` VARCHAR(32) NOT NULL,
    `subject` VARCHAR(8) NOT NULL,
    `guild_id` VARCHAR(20) NULL,
    `user_id` VARCHAR(32) NULL,
    `type` VARCHAR(64) NOT NULL,
    `bucket_start` DATETIME(3) NOT NULL,
    `event_count` BIGINT NOT NULL,
    `value_count` BIGINT NOT NULL,
    `value_sum` DOUBLE NOT NULL,
    `merged` TINYINT(1) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `stat_rollups_guild_id_subject_bucket_start_type_idx` (`guild_id`, `subject`, `bucket_start`, `type`),
    INDEX `stat_rollups_user_id_bucket_start_type_idx` (`user_id`, `bucket_start`, `type`),
    INDEX `stat_rollups_merged_id_idx` (`merged`, `id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `audit_personal` ADD CONSTRAINT `audit_personal_audit_id_fkey` FOREIGN KEY (`audit_id`) REFERENCES `audit_logs` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `conversations` ADD CONSTRAINT `conversations_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `chat_messages` ADD CONSTRAINT `chat_messages_conversation_id_fkey` FOREIGN KEY (`conversation_id`) REFERENCES `conversations` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `chat_messages` ADD CONSTRAINT `chat_messages_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `chat_messages` ADD CONSTRAINT `chat_messages_guild_id_fkey` FOREIGN KEY (`guild_id`) REFERENCES `guilds` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `club_analyses` ADD CONSTRAINT `club_analyses_guild_id_fkey` FOREIGN KEY (`guild_id`) REFERENCES `guilds` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `club_analyses` ADD CONSTRAINT `club_analyses_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `club_analysis_images` ADD CONSTRAINT `club_analysis_images_analysis_id_fkey` FOREIGN KEY (`analysis_id`) REFERENCES `club_analyses` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `club_analysis_images` ADD CONSTRAINT `club_analysis_images_upload_id_fkey` FOREIGN KEY (`upload_id`) REFERENCES `uploads` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `club_metrics` ADD CONSTRAINT `club_metrics_analysis_id_fkey` FOREIGN KEY (`analysis_id`) REFERENCES `club_analyses` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `club_members` ADD CONSTRAINT `club_members_guild_id_fkey` FOREIGN KEY (`guild_id`) REFERENCES `guilds` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `club_members` ADD CONSTRAINT `club_members_merged_into_id_fkey` FOREIGN KEY (`merged_into_id`) REFERENCES `club_members` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `club_member_aliases` ADD CONSTRAINT `club_member_aliases_guild_id_fkey` FOREIGN KEY (`guild_id`) REFERENCES `guilds` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `club_member_aliases` ADD CONSTRAINT `club_member_aliases_member_id_fkey` FOREIGN KEY (`member_id`) REFERENCES `club_members` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `club_member_aliases` ADD CONSTRAINT `club_member_aliases_created_by_id_fkey` FOREIGN KEY (`created_by_id`) REFERENCES `users` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `guilds` ADD CONSTRAINT `guilds_owner_id_fkey` FOREIGN KEY (`owner_id`) REFERENCES `users` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `user_guilds` ADD CONSTRAINT `user_guilds_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `user_guilds` ADD CONSTRAINT `user_guilds_guild_id_fkey` FOREIGN KEY (`guild_id`) REFERENCES `guilds` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `users` ADD CONSTRAINT `users_last_active_guild_id_fkey` FOREIGN KEY (`last_active_guild_id`) REFERENCES `guilds` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `sessions` ADD CONSTRAINT `sessions_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `user_settings` ADD CONSTRAINT `user_settings_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `api_tokens` ADD CONSTRAINT `api_tokens_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `retention_policies` ADD CONSTRAINT `retention_policies_updated_by_id_fkey` FOREIGN KEY (`updated_by_id`) REFERENCES `users` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `screenshot_analyses` ADD CONSTRAINT `screenshot_analyses_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `screenshot_analyses` ADD CONSTRAINT `screenshot_analyses_upload_id_fkey` FOREIGN KEY (`upload_id`) REFERENCES `uploads` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `screenshot_data` ADD CONSTRAINT `screenshot_data_analysis_id_fkey` FOREIGN KEY (`analysis_id`) REFERENCES `screenshot_analyses` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `screenshot_tags` ADD CONSTRAINT `screenshot_tags_analysis_id_fkey` FOREIGN KEY (`analysis_id`) REFERENCES `screenshot_analyses` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `screenshot_comparisons` ADD CONSTRAINT `screenshot_comparisons_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `screenshot_comparisons` ADD CONSTRAINT `screenshot_comparisons_analysis_id_1_fkey` FOREIGN KEY (`analysis_id_1`) REFERENCES `screenshot_analyses` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `screenshot_comparisons` ADD CONSTRAINT `screenshot_comparisons_analysis_id_2_fkey` FOREIGN KEY (`analysis_id_2`) REFERENCES `screenshot_analyses` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `screenshot_insights` ADD CONSTRAINT `screenshot_insights_analysis_id_fkey` FOREIGN KEY (`analysis_id`) REFERENCES `screenshot_analyses` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `screenshot_recommendations` ADD CONSTRAINT `screenshot_recommendations_analysis_id_fkey` FOREIGN KEY (`analysis_id`) REFERENCES `screenshot_analyses` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `uploads` ADD CONSTRAINT `uploads_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `uploads` ADD CONSTRAINT `uploads_guild_id_fkey` FOREIGN KEY (`guild_id`) REFERENCES `guilds` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `stats` ADD CONSTRAINT `stats_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `stats` ADD CONSTRAINT `stats_guild_id_fkey` FOREIGN KEY (`guild_id`) REFERENCES `guilds` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `stat_rollups` ADD CONSTRAINT `stat_rollups_guild_id_fkey` FOREIGN KEY (`guild_id`) REFERENCES `guilds` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `stat_rollups` ADD CONSTRAINT `stat_rollups_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
