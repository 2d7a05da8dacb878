"""Billing's panels of the home page. Numbers come from aggregated queries; each links to its rows."""

from dataclasses import dataclass
from typing import Any

from billing.admin.base import list_address
from billing.admin.registry import panel
from billing.models import Approval, DeadLetter, Invoice, StripeCommand, Subscription, WebhookEvent
from billing.models.stripe_command import CommandStatus
from billing.queries import approvals, inbox, invoices, subscriptions
from billing.templatetags.formats import span_text
from billing.templatetags.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Work:
    """A queue with something in it. `money` is (currency, minor units), a line each."""

    title: str
    href: str
    rows: int
    money: list[tuple[str, int, str]]
    next_step: str


@panel(10, "Your work", "admin/home/work.html", wide=True)
def work(viewer: Viewer) -> dict[str, Any]:
    """What needs a person, worst first; what is empty is named once, in a line."""
    queues = [*_approvals(viewer), *_failed_invoices(viewer), *_dead_events(viewer), *_unknown_commands(viewer)]
    return {"queues": [queue for queue in queues if queue.rows], "clear": [q.title for q in queues if not q.rows]}


def _approvals(viewer: Viewer) -> list[Work]:
    """Those that the reader may decide: none that he asked for himself."""
    if not viewer.may("billing.decide_approval"):
        return []
    href = list_address(Approval, view="for-me")
    totals = approvals.open_totals(viewer.now, but_of=str(viewer.user.pk))
    money = [(total.currency, total.amount, href) for total in totals]
    return [Work("Approvals", href, sum(each.count for each in totals), money, "Look at the effect, then decide")]


def _failed_invoices(viewer: Viewer) -> list[Work]:
    if not viewer.may("billing.view_invoice"):
        return []
    totals = _failed(viewer)
    href = list_address(Invoice, view="past-due")
    money = [(total.currency, total.amount, f"{href}&currency={total.currency}") for total in totals]
    return [
        Work(
            "Failed payments",
            href,
            sum(each.count for each in totals),
            money,
            "Ask for another card or wait for the next try",
        )
    ]


def _dead_events(viewer: Viewer) -> list[Work]:
    if not viewer.may("billing.view_webhookevent"):
        return []
    state = _inbox(viewer)
    dead = Work("Dead letters", list_address(DeadLetter), state.dead, [], "See what would change, then decide")
    href = list_address(WebhookEvent, view="quarantined")
    return [dead, Work("Quarantined events", href, state.quarantined, [], "Check keys and webhook endpoints")]


def _unknown_commands(viewer: Viewer) -> list[Work]:
    if not viewer.may("billing.view_stripecommand"):
        return []
    rows = StripeCommand.objects.filter(status=CommandStatus.UNKNOWN).count()
    href = list_address(StripeCommand, view="unknown")
    return [Work("Commands without an answer", href, rows, [], "They are asked again by themselves; see how long")]


@panel(25, "Subscriptions and invoices", "admin/home/standing.html", "billing.view_subscription")
def standing(viewer: Viewer) -> dict[str, Any]:
    open_address, failed_address = list_address(Invoice, view="open"), list_address(Invoice, view="past-due")
    return {
        "active": subscriptions.active_count(),
        "active_address": list_address(Subscription, view="active"),
        "open": [(total, f"{open_address}&currency={total.currency}") for total in invoices.open_totals()],
        "failed": [(total, f"{failed_address}&currency={total.currency}") for total in _failed(viewer)],
    }


@panel(50, "Inbox", "admin/home/inbox.html", "billing.view_webhookevent", wide=True)
def inbox_state(viewer: Viewer) -> dict[str, Any]:
    state = _inbox(viewer)
    return {
        "state": state,
        "address": list_address(WebhookEvent),
        "behind": span_text(state.oldest_due_seconds) if state.oldest_due_seconds else "",
    }


def _inbox(viewer: Viewer) -> inbox.InboxState:
    return viewer.once("inbox", lambda: inbox.state(viewer.now))


def _failed(viewer: Viewer) -> list[invoices.Total]:
    return viewer.once("failed invoices", invoices.failed_totals)
