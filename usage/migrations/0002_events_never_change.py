"""Refuse UPDATE, DELETE and TRUNCATE on usage events; leave room in the rollup's pages for its many updates."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION usage_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'usage events are append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER usage_event_no_row_change BEFORE UPDATE OR DELETE ON usage_usageevent
    FOR EACH ROW EXECUTE FUNCTION usage_refuse_change();
-- statement level too: a row trigger does not fire on rows that a policy hides
CREATE TRIGGER usage_event_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON usage_usageevent
    FOR EACH STATEMENT EXECUTE FUNCTION usage_refuse_change();
-- ALWAYS: fires in replica mode as well
ALTER TABLE usage_usageevent ENABLE ALWAYS TRIGGER usage_event_no_row_change;
ALTER TABLE usage_usageevent ENABLE ALWAYS TRIGGER usage_event_no_change;
-- an update stays in its page, and touches no index, where the page has room
ALTER TABLE usage_usagebucket SET (fillfactor = 70);
"""
REVERSE = """
ALTER TABLE usage_usagebucket RESET (fillfactor);
DROP TRIGGER usage_event_no_change ON usage_usageevent;
DROP TRIGGER usage_event_no_row_change ON usage_usageevent;
DROP FUNCTION usage_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("usage", "0001_meters_and_events")]
    operations = [migrations.RunSQL(FORWARD, REVERSE)]
