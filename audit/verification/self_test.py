"""Does the log take an entry? It cannot be deleted afterwards, so a second one says that it means nothing."""

from django.db import transaction

from audit.record import record

TARGET = ("audit", "self-test")


@transaction.atomic
def self_test() -> None:
    """Append a test entry to the installation's chain, and one that voids it."""
    record("audit.tested", target=TARGET, organization_id=None)
    record("audit.test_voided", target=TARGET, organization_id=None)
