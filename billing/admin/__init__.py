"""The staff's pages. Each module declares its pages with `registry.page`; the site takes them when it is made.

This package is imported while Django makes the site, so nothing in it may touch `django.contrib.admin.site`.
"""

from billing.admin import (  # noqa: F401 - each registers its pages
    api_keys,
    approvals,
    audit_entries,
    dead_letters,
    discrepancies,
    invoices,
    organizations,
    panels,
    payments,
    people,
    plans,
    reconciliation_runs,
    replays,
    stripe_commands,
    subscriptions,
    webhook_events,
    work,
)
