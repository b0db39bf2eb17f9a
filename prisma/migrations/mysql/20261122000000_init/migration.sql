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

CREATE TABLE `conversations` (
    `id` VARCHAR(32) NOT NULL,
    `user_id` VARCHAR(32) NOT NULL,
    `title` VARCHAR(200) NULL,
    `personality_mode` VARCHAR(32) NULL,
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
    INDEX `chat_messages_conversation_id_created_at_id_idx` (`conversation_id`, `created_at`, `id`),
    INDEX `chat_messages_guild_id_created_at_id_idx` (`guild_id`, `created_at`, `id`),
    INDEX `chat_messages_created_at_id_idx` (`created_at`, `id`),
    UNIQUE INDEX `chat_messages_user_id_client_id_key` (`user_id`, `client_id`),
    UNIQUE INDEX `chat_messages_conversation_id_sequence_key` (`conversation_id`, `sequence`),
    UNIQUE INDEX `chat_messages_guild_id_sequence_key` (`guild_id`, `sequence`)
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

ALTER TABLE `audit_personal` ADD CONSTRAINT `audit_personal_audit_id_fkey` FOREIGN KEY (`audit_id`) REFERENCES `audit_logs` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `conversations` ADD CONSTRAINT `conversations_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `chat_messages` ADD CONSTRAINT `chat_messages_conversation_id_fkey` FOREIGN KEY (`conversation_id`) REFERENCES `conversations` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `chat_messages` ADD CONSTRAINT `chat_messages_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `chat_messages` ADD CONSTRAINT `chat_messages_guild_id_fkey` FOREIGN KEY (`guild_id`) REFERENCES `guilds` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `guilds` ADD CONSTRAINT `guilds_owner_id_fkey` FOREIGN KEY (`owner_id`) REFERENCES `users` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `user_guilds` ADD CONSTRAINT `user_guilds_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `user_guilds` ADD CONSTRAINT `user_guilds_guild_id_fkey` FOREIGN KEY (`guild_id`) REFERENCES `guilds` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `users` ADD CONSTRAINT `users_last_active_guild_id_fkey` FOREIGN KEY (`last_active_guild_id`) REFERENCES `guilds` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `sessions` ADD CONSTRAINT `sessions_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `user_settings` ADD CONSTRAINT `user_settings_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
