-- What was read of a club's members, and of each member the newest value of each power, which is made from the
-- first and never the only copy. No migration knows these tables: this script alone creates them.
CREATE TABLE IF NOT EXISTS `club_member_observations` (
    `id` VARCHAR(32) NOT NULL,
    `guild_id` VARCHAR(20) NOT NULL,
    `member_id` VARCHAR(32) NOT NULL,
    `name` VARCHAR(120) NOT NULL,
    `sim_power` BIGINT NULL,
    `total_power` BIGINT NULL,
    `confidence` DOUBLE NULL,
    `source` VARCHAR(16) NOT NULL,
    `source_id` VARCHAR(32) NOT NULL,
    `created_by_id` VARCHAR(32) NULL,
    `observed_at` DATETIME(3) NOT NULL,
    `created_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `club_member_observations_guild_id_observed_at_id_idx` (`guild_id`, `observed_at`, `id`),
    INDEX `club_member_observations_guild_id_source_id_idx` (`guild_id`, `source_id`),
    INDEX `club_member_observations_created_by_id_idx` (`created_by_id`),
    UNIQUE INDEX `club_member_observations_member_id_observed_at_source_id_key` (`member_id`, `observed_at`, `source_id`),
    CONSTRAINT `club_member_observations_guild_id_fkey` FOREIGN KEY (`guild_id`) REFERENCES `guilds` (`id`) ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT `club_member_observations_member_id_fkey` FOREIGN KEY (`member_id`) REFERENCES `club_members` (`id`) ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT `club_member_observations_created_by_id_fkey` FOREIGN KEY (`created_by_id`) REFERENCES `users` (`id`) ON DELETE SET NULL ON UPDATE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS `club_member_latest` (
    `member_id` VARCHAR(32) NOT NULL,
    `guild_id` VARCHAR(20) NOT NULL,
    `member_key` VARCHAR(200) NOT NULL,
    `name` VARCHAR(120) NOT NULL,
    `name_key` VARCHAR(200) NOT NULL,
    `sim_power` BIGINT NULL,
    `sim_observed_at` DATETIME(3) NULL,
    `total_power` BIGINT NULL,
    `total_observed_at` DATETIME(3) NULL,
    `last_seen_at` DATETIME(3) NOT NULL,
    `left_at` DATETIME(3) NULL,
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`member_id`),
    INDEX `club_member_latest_guild_id_sim_power_name_key_member_id_idx` (`guild_id`, `sim_power` DESC, `name_key`, `member_id`),
    INDEX `club_member_latest_guild_id_total_power_name_key_member_id_idx` (`guild_id`, `total_power` DESC, `name_key`, `member_id`),
    INDEX `club_member_latest_guild_id_name_key_member_id_idx` (`guild_id`, `name_key`, `member_id`),
    INDEX `club_member_latest_guild_id_last_seen_at_member_id_idx` (`guild_id`, `last_seen_at`, `member_id`),
    CONSTRAINT `club_member_latest_guild_id_fkey` FOREIGN KEY (`guild_id`) REFERENCES `guilds` (`id`) ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT `club_member_latest_member_id_fkey` FOREIGN KEY (`member_id`) REFERENCES `club_members` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
