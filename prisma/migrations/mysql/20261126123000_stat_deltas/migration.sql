CREATE TABLE `stat_deltas` (
    `id` VARCHAR(32) NOT NULL,
    `guild_id` VARCHAR(20) NULL,
    `sums` JSON NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `stat_deltas_guild_id_idx` (`guild_id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `stat_deltas` ADD CONSTRAINT `stat_deltas_guild_id_fkey` FOREIGN KEY (`guild_id`) REFERENCES `guilds` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

DROP INDEX `stat_rollups_merged_id_idx` ON `stat_rollups`;

ALTER TABLE `stat_rollups` DROP COLUMN `merged`;
