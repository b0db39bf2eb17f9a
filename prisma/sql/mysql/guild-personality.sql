-- The character a guild's assistant speaks with; without a row, the preset `friendly`. `version` counts the
-- changes, and a writer names the one it read. No migration knows this table: this script alone creates it.
CREATE TABLE IF NOT EXISTS `guild_personality` (
    `guild_id` VARCHAR(20) NOT NULL,
    `version` INT NOT NULL,
    `preset` VARCHAR(64) NOT NULL,
    `system_prompt` TEXT NOT NULL,
    `temperature` DOUBLE NOT NULL,
    `top_p` DOUBLE NOT NULL,
    `tone` VARCHAR(16) NOT NULL,
    `formality` VARCHAR(16) NOT NULL,
    `humor` TINYINT(1) NOT NULL,
    `emojis` TINYINT(1) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`guild_id`),
    CONSTRAINT `guild_personality_guild_id_fkey` FOREIGN KEY (`guild_id`) REFERENCES `guilds` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
