"""Refuse UPDATE, DELETE and TRUNCATE on the log, whoever asks."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entry_no_row_change BEFORE UPDATE OR DELETE ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
-- statement level too: a row trigger does not fire on rows that a policy hides
CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
-- ALWAYS: fires in replica mode as well
ALTER TABLE audit_auditentry ENABLE ALWAYS TRIGGER audit_entry_no_row_change;
ALTER TABLE audit_auditentry ENABLE ALWAYS TRIGGER audit_entry_no_change;
"""
REVERSE = """
DROP TRIGGER audit_entry_no_change ON audit_auditentry;
DROP TRIGGER audit_entry_no_row_change ON audit_auditentry;
DROP FUNCTION audit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_ground_floor")]
    operations = [migrations.RunSQL(FORWARD, REVERSE)]
