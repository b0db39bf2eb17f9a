-- The audit trail is only ever added to. A row goes only while a range that covers it stands in _audit_removals:
-- retention writes the range, deletes the rows and takes the range away again in one transaction.
-- Whoever may write the file can drop the triggers.
CREATE TABLE IF NOT EXISTS "_audit_removals" (
    "from_sequence" BIGINT NOT NULL,
    "to_sequence" BIGINT NOT NULL,
    PRIMARY KEY ("from_sequence", "to_sequence")
);

DROP TRIGGER IF EXISTS "audit_logs_refuse_update";

CREATE TRIGGER "audit_logs_refuse_update" BEFORE UPDATE ON "audit_logs" FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'audit_logs is append-only');
END;

DROP TRIGGER IF EXISTS "audit_logs_refuse_delete";

CREATE TRIGGER "audit_logs_refuse_delete" BEFORE DELETE ON "audit_logs" FOR EACH ROW
WHEN NOT EXISTS (
    SELECT 1 FROM "_audit_removals" WHERE OLD."sequence" BETWEEN "from_sequence" AND "to_sequence"
)
BEGIN
    SELECT RAISE(ABORT, 'audit_logs is append-only');
END;
