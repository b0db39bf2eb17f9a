-- The audit trail is only ever added to. A row goes only while a range that covers it stands in _audit_removals:
-- retention writes the range, deletes the rows and takes the range away again in one transaction.
-- TRUNCATE and DROP fire no trigger; an account that may do those, or drop triggers, can pass this guard.
CREATE TABLE IF NOT EXISTS `_audit_removals` (
    `from_sequence` BIGINT NOT NULL,
    `to_sequence` BIGINT NOT NULL,
    PRIMARY KEY (`from_sequence`, `to_sequence`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

DROP TRIGGER IF EXISTS `audit_logs_refuse_update`;

CREATE TRIGGER `audit_logs_refuse_update` BEFORE UPDATE ON `audit_logs` FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit_logs is append-only';

DROP TRIGGER IF EXISTS `audit_logs_refuse_delete`;

CREATE TRIGGER `audit_logs_refuse_delete` BEFORE DELETE ON `audit_logs` FOR EACH ROW
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM `_audit_removals` WHERE OLD.`sequence` BETWEEN `from_sequence` AND `to_sequence`
    ) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit_logs is append-only';
    END IF;
END;
