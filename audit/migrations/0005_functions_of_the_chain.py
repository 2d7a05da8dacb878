"""The only way into the log: functions of the owner, which the ordinary role may call and not change."""

from django.db import migrations

# As of this migration; where audit/personal.py changes, a later one replaces `audit_divided`
NOT_KEPT = (
    r"(^|_)(password|passwd|passphrase|secret|secrets|token|authorization|cookie|private_key|signing_key"
    r"|encryption_key|secret_key|card_number|cvc|cvv|otp|recovery_codes)$"
)
PERSONAL = (
    r"(^|_)(name|names|username|email|emails|phone|phones|address|addresses|line1|line2|street|city"
    r"|postcode|postal_code|zip|shipping|billing_details|customer_details|contact|birthday|birth_date"
    r"|tax_id|tax_ids|vat_id|ip|ip_address|user_agent|comment|comments|note|notes|memo|message|description"
    r"|footer|last4|last_four|iban|account_number)$"
)
NOT_KEPT_VALUE = r"\m((sk|rk|ch)_(live|test)_[A-Za-z0-9_-]+|whsec_[A-Za-z0-9+/=_-]+|[0-9]([ -]?[0-9]){12,18})\M"
REDACTED, KEPT_ASIDE = "[redacted]", "[personal]"

CANONICAL = """
-- The bytes that audit/canonical.py makes of the same value
CREATE FUNCTION audit_canonical(value jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog AS $$
BEGIN
    CASE jsonb_typeof(value)
    WHEN 'object' THEN
        RETURN '{' || coalesce((
            SELECT string_agg(to_json(key)::text || ':' || public.audit_canonical(inner_value), ','
                ORDER BY key COLLATE "C")
            FROM jsonb_each(value) AS member (key, inner_value)), '') || '}';
    WHEN 'array' THEN
        RETURN '[' || coalesce((
            SELECT string_agg(public.audit_canonical(inner_value), ',' ORDER BY place)
            FROM jsonb_array_elements(value) WITH ORDINALITY AS member (inner_value, place)), '') || ']';
    WHEN 'number' THEN
        IF value::text ~ '[.]' OR value::numeric NOT BETWEEN -9223372036854775808 AND 9223372036854775807 THEN
            RETURN '"' || value::text || '"';
        END IF;
        RETURN value::text;
    WHEN 'string' THEN
        RETURN to_json(value #>> '{}')::text;
    ELSE
        RETURN value::text;
    END CASE;
END $$;
"""

DIVIDED = """
-- What audit/personal.py does: values under these names, and texts with this in them, give way to a mark
CREATE FUNCTION audit_masked(value jsonb, names text, mark text, within text DEFAULT NULL, name text DEFAULT '')
RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
BEGIN
    IF lower(name) ~ names AND value NOT IN ('null', '""', '0', 'false', '[]', '{}') THEN
        RETURN to_jsonb(mark);
    END IF;
    CASE jsonb_typeof(value)
    WHEN 'object' THEN
        RETURN coalesce((
            SELECT jsonb_object_agg(key, public.audit_masked(inner_value, names, mark, within, key))
            FROM jsonb_each(value) AS member (key, inner_value)), '{}');
    WHEN 'array' THEN
        RETURN coalesce((
            SELECT jsonb_agg(public.audit_masked(inner_value, names, mark, within) ORDER BY place)
            FROM jsonb_array_elements(value) WITH ORDINALITY AS member (inner_value, place)), '[]');
    WHEN 'string' THEN
        RETURN CASE WHEN within IS NULL THEN value
            ELSE to_jsonb(regexp_replace(value #>> '{}', within, mark, 'g')) END;
    ELSE
        RETURN value;
    END CASE;
END $$;

CREATE FUNCTION audit_divided(entered jsonb, OUT shown jsonb, OUT aside jsonb) LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog AS $$
DECLARE
    clean jsonb := public.audit_masked(coalesce(entered, '{}'), '<SECRET>', '<REDACTED>', '<SECRET_VALUE>');
BEGIN
    shown := public.audit_masked(clean, '<PERSONAL>', '<KEPT_ASIDE>');
    SELECT coalesce(jsonb_object_agg(key, value), '{}') INTO aside
        FROM jsonb_each(clean) WHERE shown -> key IS DISTINCT FROM value;
END $$;

CREATE FUNCTION audit_hmac(secret bytea, content bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT
SET search_path = pg_catalog AS $$
DECLARE
    inner_pad bytea := decode(repeat('36', 64), 'hex');
    outer_pad bytea := decode(repeat('5c', 64), 'hex');
BEGIN
    FOR place IN 0 .. length(secret) - 1 LOOP
        inner_pad := set_byte(inner_pad, place, get_byte(secret, place) # 54);
        outer_pad := set_byte(outer_pad, place, get_byte(secret, place) # 92);
    END LOOP;
    RETURN sha256(outer_pad || sha256(inner_pad || content));
END $$;

-- An entry as audit/record.py makes it: `entered` has action, actor, target, before, after, request_id, source,
-- time, and what always lies aside: reason, ip
CREATE FUNCTION audit_settled(entered jsonb, OUT body text, OUT key bytea, OUT details text) LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog AS $$
DECLARE
    earlier record := public.audit_divided(entered -> 'before');
    later record := public.audit_divided(entered -> 'after');
    aside jsonb := jsonb_strip_nulls(
        jsonb_build_object('ip', entered -> 'ip', 'reason', nullif(entered ->> 'reason', '')));
    said jsonb := entered - '{ip,reason}'::text[]
        || jsonb_build_object('v', 1, 'before', earlier.shown, 'after', later.shown);
BEGIN
    aside := public.audit_masked(aside, '(?!)', '<REDACTED>', '<SECRET_VALUE>')
        || CASE WHEN earlier.aside = '{}' THEN '{}' ELSE jsonb_build_object('before', earlier.aside) END
        || CASE WHEN later.aside = '{}' THEN '{}' ELSE jsonb_build_object('after', later.aside) END;
    IF aside <> '{}' THEN
        key := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
        details := public.audit_canonical(aside);
        said := said || jsonb_build_object('personal', jsonb_build_object(
            'fields', (SELECT jsonb_agg(name ORDER BY name COLLATE "C") FROM jsonb_object_keys(aside) AS name),
            'hmac', encode(public.audit_hmac(key, convert_to(details, 'UTF8')), 'hex')));
    END IF;
    body := public.audit_canonical(said);
END $$;
"""
WORDS = {
    "<SECRET>": NOT_KEPT,
    "<PERSONAL>": PERSONAL,
    "<SECRET_VALUE>": NOT_KEPT_VALUE,
    "<REDACTED>": REDACTED,
    "<KEPT_ASIDE>": KEPT_ASIDE,
}
for word, meaning in WORDS.items():
    DIVIDED = DIVIDED.replace(word, meaning)

APPEND = """
-- Append to the chains, in the order given. Locks their heads, in order; gives gapless sequences; hashes.
CREATE FUNCTION audit_append(wanted bigint[], bodies text[], keys bytea[], details text[]) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    ids bigint[];
    sequences bigint[];
    contents text[];
    hashes bytea[];
    place int;
    chain_now bigint;
    chain_before bigint;
    last_sequence bigint;
    last_hash bytea;
    tops bytea[];
    node bytea;
    level int;
BEGIN
    -- A foreign key that waits for the commit would lock its row after the heads are locked: a deadlock
    SET CONSTRAINTS ALL IMMEDIATE;
    INSERT INTO audit_chainhead (chain, sequence, hash, peaks)
        SELECT chain, 0, decode(repeat('00', 32), 'hex'), '{}' FROM (SELECT DISTINCT unnest(wanted) AS chain) AS asked
        WHERE NOT EXISTS (SELECT FROM audit_chainhead WHERE audit_chainhead.chain = asked.chain)
        ORDER BY chain ON CONFLICT DO NOTHING;
    PERFORM FROM audit_chainhead WHERE chain = ANY (wanted) ORDER BY chain FOR UPDATE;
    ids := ARRAY (SELECT nextval('audit_auditentry_id_seq') FROM generate_subscripts(wanted, 1));
    sequences := ids; contents := bodies; hashes := keys;  -- of the same length; each element is set below
    FOR place, chain_now IN SELECT nth, chain FROM unnest(wanted) WITH ORDINALITY AS one (chain, nth) ORDER BY chain, nth
    LOOP
        IF chain_now IS DISTINCT FROM chain_before THEN
            UPDATE audit_chainhead SET sequence = last_sequence, hash = last_hash, peaks = tops
                WHERE chain = chain_before;
            SELECT sequence, hash, peaks INTO STRICT last_sequence, last_hash, tops
                FROM audit_chainhead WHERE chain = chain_now;
            chain_before := chain_now;
        END IF;
        contents[place] := '{"body":' || bodies[place] || ',"chain":' || chain_now || ',"id":' || ids[place]
            || ',"sequence":' || last_sequence + 1 || '}';
        last_hash := sha256(last_hash || convert_to(contents[place], 'UTF8'));
        node := sha256('\\x00'::bytea || last_hash);
        level := 0;
        WHILE (last_sequence >> level) & 1 = 1 LOOP
            node := sha256('\\x01'::bytea || tops[level + 1] || node);
            level := level + 1;
            IF level >= 8 THEN
                INSERT INTO audit_chainnode (chain, level, position, hash)
                    VALUES (chain_now, level, last_sequence >> level, node);
            END IF;
        END LOOP;
        tops[level + 1] := node;
        last_sequence := last_sequence + 1;
        sequences[place] := last_sequence;
        hashes[place] := last_hash;
    END LOOP;
    UPDATE audit_chainhead SET sequence = last_sequence, hash = last_hash, peaks = tops WHERE chain = chain_before;
    INSERT INTO audit_auditentry (id, chain, sequence, organization_id, action, actor_kind, actor_id, target_type,
            target_id, request_id, source, created_at, content, hash)
        SELECT id, chain, sequence, nullif(chain, 0), body ->> 'action', body #>> '{actor,kind}', body #>> '{actor,id}',
            body #>> '{target,type}', body #>> '{target,id}', body ->> 'request_id', body ->> 'source',
            (body ->> 'time')::timestamptz, content, hash
        FROM unnest(ids, wanted, sequences, bodies::jsonb[], contents, hashes)
            AS row (id, chain, sequence, body, content, hash);
    INSERT INTO audit_personaldetail (chain, sequence, key, content)
        SELECT * FROM unnest(wanted, sequences, keys, details) AS row (chain, sequence, key, content)
        WHERE content IS NOT NULL;
    SET CONSTRAINTS ALL DEFERRED;
    RETURN ids;
END $$;
REVOKE EXECUTE ON FUNCTION audit_append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_append TO app_rw;
"""

FORGET = """
-- Delete the details of a chain's entries so far; the caller appends the entry that says so. Returns the last sequence.
CREATE FUNCTION audit_forget(forgotten bigint, OUT number bigint, OUT last bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    SELECT sequence INTO last FROM audit_chainhead WHERE chain = forgotten FOR UPDATE;
    DELETE FROM audit_personaldetail WHERE chain = forgotten AND sequence <= last;
    GET DIAGNOSTICS number = ROW_COUNT;
END $$;
REVOKE EXECUTE ON FUNCTION audit_forget FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_forget TO app_rw;
"""

LOG = """
-- For operators and other services; in the transaction of the change. Returns the entry's id.
CREATE FUNCTION log_billing_action(p_organization_id bigint, p_action text, p_actor_type text, p_actor_id text,
    p_resource_type text, p_resource_id text, p_metadata jsonb DEFAULT '{}') RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    settled record;
BEGIN
    IF p_actor_type NOT IN ('user', 'staff', 'api_key', 'stripe', 'system') THEN
        RAISE EXCEPTION 'actor type % is none of user, staff, api_key, stripe, system', p_actor_type
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF coalesce(jsonb_typeof(p_metadata), 'object') <> 'object' THEN
        RAISE EXCEPTION 'metadata must be a JSON object' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    settled := audit_settled(jsonb_build_object(
        'action', p_action, 'actor', jsonb_build_object('kind', p_actor_type, 'id', coalesce(p_actor_id, p_actor_type)),
        'target', jsonb_build_object('type', p_resource_type, 'id', p_resource_id), 'before', '{}'::jsonb,
        'after', coalesce(p_metadata, '{}'), 'request_id', '', 'source', 'sql',
        'time', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')));
    RETURN (audit_append(ARRAY[coalesce(p_organization_id, 0)], ARRAY[settled.body], ARRAY[settled.key],
        ARRAY[settled.details]))[1];
END $$;
REVOKE EXECUTE ON FUNCTION log_billing_action FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log_billing_action TO app_rw;
"""

REVERSE = """
DROP FUNCTION log_billing_action;
DROP FUNCTION audit_forget;
DROP FUNCTION audit_append;
DROP FUNCTION audit_settled;
DROP FUNCTION audit_hmac;
DROP FUNCTION audit_divided;
DROP FUNCTION audit_masked;
DROP FUNCTION audit_canonical;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_hash_chain")]
    operations = [migrations.RunSQL(CANONICAL + DIVIDED + APPEND + FORGET + LOG, REVERSE)]
