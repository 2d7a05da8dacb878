"""What operators ask of the inbox by SQL (S1.7, S1.8, S1.54)."""

from django.db import migrations

EVENTS = """
CREATE VIEW {name} WITH (security_invoker = true) AS
SELECT id, stripe_event_id, event_type, object_id, status, received_at, retry_count, next_retry_at,
       status IN ('processed', 'ignored') AS processed, processed_at, error_code, error_message, livemode, api_version
FROM billing_webhookevent
"""
LETTERS = """
CREATE VIEW webhook_dead_letter_queue WITH (security_invoker = true) AS
SELECT letter.id, event.stripe_event_id, event.event_type, event.object_id, event.received_at, letter.died_at,
       letter.attempts AS retry_count, letter.error_code, letter.error_message, owner.email AS owner,
       letter.snoozed_until
FROM billing_deadletter AS letter
JOIN billing_webhookevent AS event ON event.id = letter.event_id
LEFT JOIN billing_user AS owner ON owner.id = letter.owner_id
WHERE letter.status = 'open'
"""
READ_ONLY = "REVOKE INSERT, UPDATE, DELETE ON stripe_webhook_events, webhook_events FROM app_rw"
FORWARD = [EVENTS.format(name="stripe_webhook_events"), EVENTS.format(name="webhook_events"), LETTERS, READ_ONLY]
REVERSE = "DROP VIEW webhook_dead_letter_queue, webhook_events, stripe_webhook_events"


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0015_index_of_open_events"),
    ]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
