"""The function that row-level security policies ask: whose rows may this transaction see?"""

from django.db import migrations

from audit.tenancy import tenant_rows

FORWARD = """
CREATE SCHEMA auth;
GRANT USAGE ON SCHEMA auth TO app_rw, app_customer;
-- after a transaction that had set it the parameter is empty, not NULL
CREATE FUNCTION auth.get_current_org_id() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.organization_id', true), '')::bigint;
COMMENT ON FUNCTION auth.get_current_org_id() IS
    'The organization whose rows the role app_customer sees in this transaction; NULL, and so no rows, without one';
"""
REVERSE = """
DROP FUNCTION auth.get_current_org_id();
DROP SCHEMA auth;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.RunSQL(FORWARD, REVERSE),
        tenant_rows("audit_auditentry", policy="billing_audit_log_select", read_only=True),
    ]
