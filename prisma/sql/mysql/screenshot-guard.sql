-- A comparison names its two analyses in the order of their ids, so that (A, B) and (B, A) are one row and A is never
-- compared with itself. A CHECK cannot say so: MySQL allows none on columns that a foreign key may update.
DROP TRIGGER IF EXISTS `screenshot_comparisons_order_insert`;

CREATE TRIGGER `screenshot_comparisons_order_insert` BEFORE INSERT ON `screenshot_comparisons` FOR EACH ROW
BEGIN
    IF NEW.`analysis_id_1` >= NEW.`analysis_id_2` THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'screenshot_comparisons needs two analyses, the earlier one first';
    END IF;
END;

DROP TRIGGER IF EXISTS `screenshot_comparisons_order_update`;

CREATE TRIGGER `screenshot_comparisons_order_update` BEFORE UPDATE ON `screenshot_comparisons` FOR EACH ROW
BEGIN
    IF NEW.`analysis_id_1` >= NEW.`analysis_id_2` THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'screenshot_comparisons needs two analyses, the earlier one first';
    END IF;
END;
