-- A comparison names its two analyses in the order of their ids, so that (A, B) and (B, A) are one row and A is never
-- compared with itself.
DROP TRIGGER IF EXISTS "screenshot_comparisons_order_insert";

CREATE TRIGGER "screenshot_comparisons_order_insert" BEFORE INSERT ON "screenshot_comparisons" FOR EACH ROW
WHEN NEW."analysis_id_1" >= NEW."analysis_id_2"
BEGIN
    SELECT RAISE(ABORT, 'screenshot_comparisons needs two analyses, the earlier one first');
END;

DROP TRIGGER IF EXISTS "screenshot_comparisons_order_update";

CREATE TRIGGER "screenshot_comparisons_order_update" BEFORE UPDATE ON "screenshot_comparisons" FOR EACH ROW
WHEN NEW."analysis_id_1" >= NEW."analysis_id_2"
BEGIN
    SELECT RAISE(ABORT, 'screenshot_comparisons needs two analyses, the earlier one first');
END;
