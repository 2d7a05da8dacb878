"""From here on the log is written by its function alone: rights go, guards come, what was there before is chained."""

from django.db import migrations

CHAIN_WHAT_WAS_THERE = """
DO $chain$
DECLARE
    batch record;
BEGIN
    FOR batch IN
        SELECT array_agg(coalesce(organization_id, 0) ORDER BY old.id) AS chains,
            array_agg(settled.body ORDER BY old.id) AS bodies, array_agg(settled.key ORDER BY old.id) AS keys,
            array_agg(settled.details ORDER BY old.id) AS details
        FROM (SELECT *, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM audit_unchained) AS old,
            audit_settled(jsonb_build_object('action', action, 'before', before, 'after', after, 'reason', reason,
                'ip', host(ip_address), 'actor', jsonb_build_object('kind', actor_kind, 'id', actor_id),
                'target', jsonb_build_object('type', target_type, 'id', target_id), 'request_id', request_id,
                'source', source, 'time', to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            )) AS settled
        GROUP BY part ORDER BY part
    LOOP
        PERFORM audit_append(batch.chains, batch.bodies, batch.keys, batch.details);
    END LOOP;
END $chain$;
DROP TABLE audit_unchained;
"""
RIGHTS = """
REVOKE INSERT, UPDATE, DELETE ON audit_auditentry, audit_chainhead, audit_chainnode, audit_personaldetail FROM app_rw;
REVOKE USAGE ON SEQUENCE audit_auditentry_id_seq FROM app_rw;
"""
GUARDS = """
-- Row level, and statement level too: a row trigger does not fire on rows that a policy hides
CREATE TRIGGER audit_entry_no_row_change BEFORE UPDATE OR DELETE ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_node_no_row_change BEFORE UPDATE OR DELETE ON audit_chainnode
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_node_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chainnode
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
-- Heads are updated and details deleted by the functions of the chain; nothing else is done to them
CREATE TRIGGER audit_head_no_removal BEFORE DELETE OR TRUNCATE ON audit_chainhead
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_detail_no_change BEFORE UPDATE OR TRUNCATE ON audit_personaldetail
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
-- ALWAYS: they fire in replica mode as well
ALTER TABLE audit_auditentry ENABLE ALWAYS TRIGGER audit_entry_no_row_change;
ALTER TABLE audit_auditentry ENABLE ALWAYS TRIGGER audit_entry_no_change;
ALTER TABLE audit_chainnode ENABLE ALWAYS TRIGGER audit_node_no_row_change;
ALTER TABLE audit_chainnode ENABLE ALWAYS TRIGGER audit_node_no_change;
ALTER TABLE audit_chainhead ENABLE ALWAYS TRIGGER audit_head_no_removal;
ALTER TABLE audit_personaldetail ENABLE ALWAYS TRIGGER audit_detail_no_change;
"""
VIEW = """
CREATE VIEW billing_audit_log WITH (security_invoker = true) AS
    SELECT organization_id, action, actor_kind AS actor_type, actor_id, target_type AS resource_type,
        target_id AS resource_id,
        content::jsonb #> '{body,after}' || CASE content::jsonb #> '{body,before}' WHEN '{}' THEN '{}'
            ELSE jsonb_build_object('before', content::jsonb #> '{body,before}') END AS metadata,
        created_at
    FROM audit_auditentry;
REVOKE INSERT, UPDATE, DELETE ON billing_audit_log FROM app_rw;
GRANT SELECT ON billing_audit_log TO app_rw, app_customer;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_functions_of_the_chain")]
    operations = [migrations.RunSQL(step) for step in (CHAIN_WHAT_WAS_THERE, RIGHTS, GUARDS, VIEW)]
