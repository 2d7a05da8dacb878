"""Our typed rows: what they would be made of the scrubbed snapshots, also where there is no snapshot.

Amounts, dates and states stay; so do invoices with their lines, which tax law makes us keep.
"""

from collections import Counter

from billing.domain.personal import without_personal
from billing.models import (
    CreditNote,
    Dispute,
    Invoice,
    Payment,
    PaymentAttempt,
    PaymentMethod,
    Refund,
    Subscription,
    SubscriptionChange,
)
from billing.services.erasure.steps import Counts, Subject, blank, rewrite


def forget_typed_rows(subject: Subject, dry: bool) -> Counts:
    theirs = {"organization_id": subject.pk}
    card = {"card_last_four": "", "card_last_four_index": "", "card_country": ""}
    done = [
        blank(Payment.objects.filter(**theirs), dry, description="", failure_message="", metadata={}),
        blank(PaymentAttempt.objects.filter(**theirs), dry, failure_message="", card_last_four=""),
        blank(PaymentMethod.objects.filter(**theirs), dry, **card),
        blank(PaymentMethod.objects.filter(**theirs), dry, card_exp_month=None, card_exp_year=None),
        blank(Invoice.objects.filter(**theirs), dry, metadata={}, hosted_invoice_url=""),
        blank(Subscription.objects.filter(**theirs), dry, metadata={}),
        blank(CreditNote.objects.filter(**theirs), dry, metadata={}, memo=""),
        blank(Dispute.objects.filter(**theirs), dry, metadata={}),
        blank(Refund.objects.filter(**theirs), dry, metadata={}),
        rewrite(SubscriptionChange.objects.filter(**theirs), dry, _scrub, "state", "previous"),
    ]
    return sum(done, Counter())


def _scrub(change: SubscriptionChange) -> None:
    """Figures are computed of ids, amounts and states, which stay."""
    change.state, change.previous = without_personal(change.state), without_personal(change.previous)
