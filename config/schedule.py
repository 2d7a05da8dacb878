"""The beat schedule, one table; all times UTC. A tick only looks: due work is found by query.

`prepare_installation` writes it to the database, where staff may switch an entry off.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """`every` is in seconds."""

    name: str
    task: str
    every: int


HOUR = 60 * 60
DAY = 24 * HOUR
SCHEDULE = (
    Entry("Process due webhooks", "billing.process_webhooks", 60),
    Entry("Backfill missed Stripe events", "billing.backfill_events", HOUR // 4),
    Entry("Resume unfinished Stripe commands", "billing.resume_commands", 60),
    Entry("Expire and settle approvals", "billing.sweep_approvals", 60),
    Entry("Mirror Stripe objects", "billing.mirror_objects", 60),
    Entry("Fold the MRR ledger", "analytics.fold_ledger", 60),
    Entry("Forget old counts of rate limits", "billing.forget_rate_limits", 60),
    Entry("Forget old idempotency keys", "billing.forget_idempotency_keys", HOUR),
    Entry("Forget old runs of jobs", "billing.forget_job_runs", DAY),
    Entry("Check the MRR ledger", "analytics.check_ledger", DAY),
    Entry("Check the usage rollup", "usage.check_rollup", DAY),
    Entry("Anchor the audit log", "audit.anchor_log", DAY),
    Entry("Verify the audit log", "audit.verify_log", DAY),
)
