"""One field that reads the form of the term: an id goes to its object, a mail address to its organization, a number
to its invoice, four digits to the cards that end with them, anything else to names. Each branch is one indexed query
of at most five rows."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from billing.admin.organizations import organizations_named
from billing.admin.tables import card_words
from billing.models import (
    Approval,
    Invoice,
    Organization,
    Payment,
    PaymentMethod,
    StripeCommand,
    Subscription,
    WebhookEvent,
)
from billing.templatetags.viewer import Viewer

MOST = 5
Branch = Callable[[str], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    links: list[object]


def _by(model: Any, field: str) -> Branch:
    return lambda term: model.objects.filter(**{field: term})[:MOST]


def _organizations(term: str) -> Iterable[Organization]:
    return organizations_named(Organization.objects.all(), term).order_by("-created_at", "-id")[:MOST]


BY_PREFIX: dict[str, tuple[str, str, Branch]] = {
    "cus_": ("Organizations", "billing.organization", _organizations),
    "org_": ("Organizations", "billing.organization", _organizations),
    "sub_": ("Subscriptions", "billing.subscription", _by(Subscription, "stripe_id")),
    "in_": ("Invoices", "billing.invoice", _by(Invoice, "stripe_id")),
    "pi_": ("Payments", "billing.payment", _by(Payment, "stripe_id")),
    "pay_": ("Payments", "billing.payment", _by(Payment, "public_id")),
    "ch_": ("Payments", "billing.payment", _by(Payment, "attempts__stripe_id")),
    "re_": ("Payments", "billing.payment", _by(Payment, "refunds__stripe_id")),
    "evt_": ("Events", "billing.webhookevent", _by(WebhookEvent, "stripe_event_id")),
    "apr_": ("Approvals", "billing.approval", _by(Approval, "public_id")),
    "cmd_": ("Stripe commands", "billing.stripecommand", _by(StripeCommand, "public_id")),
}
BY_WORDS: list[tuple[str, str, Branch]] = [
    ("Organizations", "billing.organization", _organizations),
    ("Invoices", "billing.invoice", lambda term: Invoice.objects.filter(number=term.upper())[:MOST]),
]


LAST_FOUR = re.compile(r"[0-9]{4}")


def find(term: str, viewer: Viewer) -> list[Group]:
    """What the term names, by noun; only nouns that the reader may see."""
    if not term:
        return []
    prefix = next((BY_PREFIX[known] for known in BY_PREFIX if term.startswith(known)), None)
    branches = [prefix] if prefix else BY_WORDS
    groups = [_group(title, model, branch, term, viewer) for title, model, branch in branches if _may(model, viewer)]
    if LAST_FOUR.fullmatch(term) and _may("billing.organization", viewer):
        groups.append(_cards(term, viewer))
    return [group for group in groups if group.links]


def _may(model: str, viewer: Viewer) -> bool:
    app, name = model.split(".")
    return viewer.may(f"{app}.view_{name}")


def _group(title: str, model: str, branch: Branch, term: str, viewer: Viewer) -> Group:
    return Group(title, [viewer.link(model, row.pk, row) for row in branch(term)])


def _cards(last_four: str, viewer: Viewer) -> Group:
    """A card is shown with whose it is, and leads there."""
    methods = PaymentMethod.objects.ending_with(last_four).select_related("organization").order_by("-id")[:MOST]
    return Group("Cards", [viewer.link("billing.organization", row.organization_id, _card(row)) for row in methods])


def _card(method: PaymentMethod) -> str:
    return f"{card_words(method.card_brand, method.card_last_four, method.type)}, {method.organization}"
