"""For each check of the database a row that it refuses: the constraint's name, the table, what is wrong."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from billing import models
from tests import factories
from tests.factories import START
from tests.models import money_rows

LATER, EARLIER = START, START - timedelta(seconds=1)
CURRENCIES = ("", "US", "USD", "us1", "u d", "äöü")
BELOW_ZERO = (-1, -(2**62))


def _command(**fields: Any) -> models.StripeCommand:
    number = models.StripeCommand.objects.count()
    given = {"operation": "x", "idempotency_key": f"k{number}", "actor_kind": "user", "actor_id": "1", **fields}
    return models.StripeCommand.objects.create(**given)


def _record(**fields: Any) -> models.IdempotencyRecord:
    return models.IdempotencyRecord.objects.create(
        **{"scope": "org_1", "key": "k", "request_hash": "h", "lease_until": START, **fields}
    )


def _event(**fields: Any) -> models.WebhookEvent:
    number = models.WebhookEvent.objects.count()
    given = {"stripe_event_id": f"evt_{number}", "event_type": "x", "stripe_created_at": START, "payload": "{}"}
    return models.WebhookEvent.objects.create(**{**given, **fields})


def _letter(**fields: Any) -> models.DeadLetter:
    return models.DeadLetter.objects.create(
        **{"event": fields.pop("event", None) or _event(), "attempts": 1, "error_code": "x", **fields}
    )


def _run(**fields: Any) -> models.JobRun:
    return models.JobRun.objects.create(**{"job": "x", "lease_until": START, **fields})


def _refund(**fields: Any) -> models.Refund:
    organization = fields.pop("organization", None) or factories.OrganizationFactory()
    number = models.Refund.objects.count()
    given = {"stripe_id": f"re_{number}", "amount": 1, "currency": "usd", "status": "succeeded", "created_at": START}
    return models.Refund.objects.create(organization=organization, **{**given, **fields})


def _approval(**fields: Any) -> models.Approval:
    number = models.Approval.objects.count()
    given = {
        "verb": "payment.refund",
        "target_type": "payment",
        "target_id": f"pi_{number}",
        "amount": 1,
        "currency": "usd",
        "digest": f"{number:064x}",
        "reason": "Paid twice",
        "asked_by_kind": "staff",
        "asked_by_id": "1",
        "asked_at": START,
        "expires_at": START + timedelta(hours=24),
    }
    return models.Approval.objects.create(**{**given, **fields})


MAKERS: dict[str, Any] = {
    "Approval": _approval,
    "Organization": factories.OrganizationFactory,
    "Membership": factories.MembershipFactory,
    "Price": factories.PriceFactory,
    "PlanFeature": factories.PlanFeatureFactory,
    "Subscription": factories.SubscriptionFactory,
    "SubscriptionChange": factories.SubscriptionChangeFactory,
    "Invoice": factories.InvoiceFactory,
    "Payment": factories.PaymentFactory,
    "PaymentAttempt": factories.PaymentAttemptFactory,
    "Refund": _refund,
    "StripeCommand": _command,
    "IdempotencyRecord": _record,
    "WebhookEvent": _event,
    "BalanceTransaction": money_rows.balance_transaction,
    "Payout": money_rows.payout,
    "CreditNote": money_rows.credit_note,
    "Dispute": money_rows.dispute,
    "ReconciliationRun": money_rows.reconciliation_run,
    "Discrepancy": money_rows.discrepancy,
    "DeadLetter": _letter,
    "JobRun": _run,
}


def _each(constraint: str, model: str, field: str, *values: Any) -> list[tuple[str, str, dict[str, Any]]]:
    return [(constraint, model, {field: value}) for value in values]


DECIDED: dict[str, Any] = {"decided_by_id": "2", "decided_at": START}

WRONG: list[tuple[str, str, dict[str, Any]]] = [
    *(("approval_status", "Approval", {"status": word, **DECIDED}) for word in ("", "Asked", "done")),
    *_each("approval_currency", "Approval", "currency", *CURRENCIES),
    *_each("approval_amount", "Approval", "amount", *BELOW_ZERO),
    *_each("approval_digest", "Approval", "digest", "", "0" * 63, "G" * 64, "A" * 64),
    *_each("approval_deadline", "Approval", "expires_at", START, EARLIER),
    ("approval_by_another", "Approval", {"status": "declined", **DECIDED, "decided_by_id": "1"}),
    ("approval_decision_whole", "Approval", {"status": "asked", **DECIDED}),
    ("approval_decision_whole", "Approval", {"status": "expired", **DECIDED}),
    ("approval_decision_whole", "Approval", {"status": "approved", "decided_at": START}),
    ("approval_decision_whole", "Approval", {"status": "declined", "decided_by_id": "2"}),
    ("approval_decision_whole", "Approval", {"status": "failed"}),
    ("approval_in_time", "Approval", {"status": "approved", **DECIDED, "decided_at": START + timedelta(hours=24)}),
    ("approval_executed_whole", "Approval", {"status": "executed", **DECIDED}),
    ("approval_executed_whole", "Approval", {"status": "approved", **DECIDED, "executed_at": START}),
    *_each("organization_currency", "Organization", "currency", *CURRENCIES),
    *_each("organization_origin", "Organization", "origin", "", "STRIPE", "import"),
    *_each("organization_anchor_day", "Organization", "anchor_day", 0, 32, 366),
    *_each("membership_role", "Membership", "role", "", "Owner", "superuser"),
    *_each("price_currency", "Price", "currency", *CURRENCIES),
    *_each("plan_feature_limit", "PlanFeature", "limit", -1, Decimal("-0.000000000001")),
    *_each("subscription_status", "Subscription", "status", "", "Active", "cancelled", "ended"),
    *_each("subscription_currency", "Subscription", "currency", *CURRENCIES),
    ("subscription_period", "Subscription", {"current_period_start": LATER, "current_period_end": EARLIER}),
    *_each("subscription_change_precision", "SubscriptionChange", "precision", "", "guessed", "EVENT"),
    *_each("invoice_status", "Invoice", "status", "", "Paid", "deleted"),
    *_each("invoice_currency", "Invoice", "currency", *CURRENCIES),
    *_each("invoice_amounts", "Invoice", "amount_due", *BELOW_ZERO),
    *_each("invoice_amounts", "Invoice", "amount_paid", *BELOW_ZERO),
    *_each("payment_status", "Payment", "status", "", "Succeeded", "failed"),
    *_each("payment_currency", "Payment", "currency", *CURRENCIES),
    *_each("payment_amounts", "Payment", "amount", *BELOW_ZERO),
    *_each("payment_amounts", "Payment", "amount_received", *BELOW_ZERO),
    *_each("payment_attempt_status", "PaymentAttempt", "status", "", "refunded", "Failed"),
    *_each("payment_attempt_currency", "PaymentAttempt", "currency", *CURRENCIES),
    *_each("payment_attempt_refunded", "PaymentAttempt", "amount_refunded", -1, 2901),
    *_each("refund_amount", "Refund", "amount", *BELOW_ZERO),
    *_each("refund_currency", "Refund", "currency", *CURRENCIES),
    *_each("stripe_command_status", "StripeCommand", "status", "", "Done", "running"),
    *_each("idempotency_status", "IdempotencyRecord", "status", "", "Done", "failed"),
    *_each("balance_transaction_status", "BalanceTransaction", "status", "", "paid"),
    *_each("balance_transaction_currency", "BalanceTransaction", "currency", *CURRENCIES),
    *_each("balance_transaction_net", "BalanceTransaction", "net", 96, 103),
    *_each("payout_status", "Payout", "status", "", "Paid", "done"),
    *_each("payout_currency", "Payout", "currency", *CURRENCIES),
    *_each("credit_note_status", "CreditNote", "status", "", "paid"),
    *_each("credit_note_currency", "CreditNote", "currency", *CURRENCIES),
    *_each("credit_note_amounts", "CreditNote", "total", *BELOW_ZERO),
    *_each("credit_note_amounts", "CreditNote", "pre_payment_amount", *BELOW_ZERO),
    *_each("credit_note_amounts", "CreditNote", "post_payment_amount", *BELOW_ZERO),
    *_each("dispute_status", "Dispute", "status", "", "open"),
    *_each("dispute_currency", "Dispute", "currency", *CURRENCIES),
    *_each("dispute_amount", "Dispute", "amount", *BELOW_ZERO),
    *_each("reconciliation_status", "ReconciliationRun", "status", "", "Done", "queued"),
    *_each("discrepancy_kind", "Discrepancy", "kind", "", "differs"),
    *_each("discrepancy_status", "Discrepancy", "status", "", "Open"),
    *_each("discrepancy_amount", "Discrepancy", "amount", *BELOW_ZERO),
    *_each("job_run_status", "JobRun", "status", "", "Done", "queued"),
    ("dead_letter_status", "DeadLetter", {"status": "Open", "closed_at": START}),
    ("dead_letter_closed_whole", "DeadLetter", {"status": "replayed"}),
    ("dead_letter_closed_whole", "DeadLetter", {"closed_at": START}),
    *_each("webhook_event_status", "WebhookEvent", "status", "", "Dead", "retrying"),
]

# At the edge of what is allowed.
RIGHT: list[tuple[str, dict[str, Any]]] = [
    ("Approval", {"amount": 0, "organization": None}),
    ("Approval", {"status": "approved", **DECIDED, "decided_at": START + timedelta(hours=24, microseconds=-1)}),
    ("Approval", {"status": "failed", **DECIDED, "decided_at": START + timedelta(days=9)}),
    ("Organization", {"anchor_day": None}),
    ("Organization", {"anchor_day": 1}),
    ("Organization", {"anchor_day": 31}),
    ("Organization", {"balance": -(2**62)}),
    ("PlanFeature", {"limit": 0}),
    ("PlanFeature", {"limit": None}),
    ("PlanFeature", {"limit": Decimal("123456789012345678.000000000001")}),
    ("Subscription", {"current_period_start": LATER, "current_period_end": LATER}),
    ("Subscription", {"current_period_start": None, "current_period_end": None}),
    ("Invoice", {"amount_due": 0, "amount_paid": 0}),
    ("Invoice", {"total": -2900, "subtotal": -2900, "starting_balance": -1, "amount_due": 0}),
    ("Invoice", {"total": 2**62, "amount_due": 2**62}),
    ("Payment", {"amount": 0, "amount_received": 0}),
    ("Payment", {"stripe_id": None}),
    ("PaymentAttempt", {"amount_refunded": 2900}),
    ("PaymentAttempt", {"amount": 0, "amount_refunded": 0}),
    ("Refund", {"amount": 0}),
    ("Price", {"unit_amount": None, "unit_amount_decimal": "0.000001"}),
]
