"""Usage events stay append-only but for one thing: the words of an erased customer's sender can be forgotten.

The triggers let through an UPDATE by the owner that changes nothing but `data`, `source` and `event_id`, and those to
nothing, to 'erased' and to the row's own number. The owner's function makes just that, for organizations that are
marked as erased, and is all that the ordinary role may call.
"""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION usage_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    by_owner boolean := current_user = (SELECT tableowner FROM pg_tables
        WHERE schemaname = TG_TABLE_SCHEMA AND tablename = TG_TABLE_NAME);
BEGIN
    IF TG_OP = 'UPDATE' AND by_owner THEN
        IF TG_LEVEL = 'STATEMENT' THEN
            RETURN NULL;
        END IF;
        IF NEW.data = '{}'::jsonb AND NEW.source = 'erased' AND NEW.event_id = OLD.id::text
            AND to_jsonb(NEW) - '{data,source,event_id}'::text[] = to_jsonb(OLD) - '{data,source,event_id}'::text[]
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'usage events are append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION usage_forget_event_data(organization bigint, most int) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE changed bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM public.billing_organization WHERE id = organization AND erased_at IS NOT NULL) THEN
        RAISE EXCEPTION 'organization % is not marked as erased', organization
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.usage_usageevent SET data = '{}', source = 'erased', event_id = id::text
    WHERE id IN (
        SELECT id FROM public.usage_usageevent
        WHERE organization_id = organization AND source <> 'erased' ORDER BY id LIMIT most);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END $$;
REVOKE ALL ON FUNCTION usage_forget_event_data(bigint, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION usage_forget_event_data(bigint, int) TO app_rw;
"""
REVERSE = """
DROP FUNCTION usage_forget_event_data(bigint, int);
CREATE OR REPLACE FUNCTION usage_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'usage events are append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0007_columns_for_sealed_text"),
        ("usage", "0005_row_security"),
    ]
    operations = [migrations.RunSQL(FORWARD, REVERSE)]
