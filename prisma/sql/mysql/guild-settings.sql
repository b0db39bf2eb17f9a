-- The typed settings of a guild. A guild without a row has the defaults of the contract; `version` counts the
-- changes, and a writer names the one it read. No migration knows this table: this script alone creates it.
CREATE TABLE IF NOT EXISTS `guild_settings` (
    `guild_id` VARCHAR(20) NOT NULL,
    `version` INT NOT NULL,
    `sheet_id` VARCHAR(128) NULL,
    `sheet_tab` VARCHAR(128) NULL,
    `view_mode` VARCHAR(16) NOT NULL,
    `allow_public` TINYINT(1) NOT NULL,
    `screenshot_channel_id` VARCHAR(20) NULL,
    `uploads_enabled` TINYINT(1) NOT NULL,
    `notes` TEXT NULL,
    `week_anchor_day` VARCHAR(3) NULL,
    `week_anchor_time` VARCHAR(5) NULL,
    `week_anchor_time_zone` VARCHAR(64) NULL,
    `week_window_days` INT NULL,
    `warn_total_low` BIGINT NULL,
    `warn_total_high` BIGINT NULL,
    `club_role_id` VARCHAR(20) NULL,
    `ai_tokens_per_minute` INT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`guild_id`),
    CONSTRAINT `guild_settings_guild_id_fkey` FOREIGN KEY (`guild_id`) REFERENCES `guilds` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
