"""One concept a file; this module names them all for Django."""

from billing.models.api_key import ApiKey
from billing.models.approval import Approval
from billing.models.balance import BalanceTransaction, Payout
from billing.models.credit_note import CreditNote, CreditNoteLine
from billing.models.dead_letter import DeadLetter
from billing.models.dispute import Dispute
from billing.models.idempotency import IdempotencyRecord
from billing.models.invoice import Invoice, InvoiceLine
from billing.models.job_run import JobRun
from billing.models.membership import Membership
from billing.models.organization import Organization
from billing.models.payment import InvoicePayment, Payment, PaymentAttempt, PaymentMethod, Refund
from billing.models.plan import Feature, Plan, PlanFeature
from billing.models.price import Price
from billing.models.rate_limit import RateLimitCount
from billing.models.reconciled_object import ReconciledObject
from billing.models.reconciliation import Discrepancy, ReconciliationRun
from billing.models.replay import Replay
from billing.models.stripe_command import StripeCommand
from billing.models.stripe_object import StripeObject
from billing.models.stripe_pace import StripePace
from billing.models.subscription import Subscription, SubscriptionItem
from billing.models.subscription_change import SubscriptionChange
from billing.models.user import User
from billing.models.webhook_attempt import WebhookAttempt
from billing.models.webhook_event import WebhookEvent

__all__ = [
    "ApiKey",
    "Approval",
    "BalanceTransaction",
    "CreditNote",
    "CreditNoteLine",
    "DeadLetter",
    "Discrepancy",
    "Dispute",
    "Feature",
    "IdempotencyRecord",
    "Invoice",
    "InvoiceLine",
    "InvoicePayment",
    "JobRun",
    "Membership",
    "Organization",
    "Payment",
    "PaymentAttempt",
    "PaymentMethod",
    "Payout",
    "Plan",
    "PlanFeature",
    "Price",
    "RateLimitCount",
    "ReconciledObject",
    "ReconciliationRun",
    "Refund",
    "Replay",
    "StripeCommand",
    "StripeObject",
    "StripePace",
    "Subscription",
    "SubscriptionChange",
    "SubscriptionItem",
    "User",
    "WebhookAttempt",
    "WebhookEvent",
]
