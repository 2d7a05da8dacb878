"""The queues of work on the home page: what needs a person, each with its rows and the money at stake."""

from dataclasses import dataclass
from typing import Any

from billing.admin.base import list_address
from billing.admin.panels import due_invoices, inbox_now
from billing.admin.registry import panel
from billing.models import Approval, DeadLetter, Discrepancy, Invoice, StripeCommand, WebhookEvent
from billing.models.stripe_command import CommandStatus
from billing.queries import approvals
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
    queues = [
        *_approvals(viewer),
        *_failed_invoices(viewer),
        *_discrepancies(viewer),
        *_dead_events(viewer),
        *_unknown_commands(viewer),
    ]
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
    totals = due_invoices(viewer).failed
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


def _discrepancies(viewer: Viewer) -> list[Work]:
    if not viewer.may("billing.view_discrepancy"):
        return []
    href = list_address(Discrepancy)
    count, apart = Discrepancy.objects.open_work()
    money = [(currency, amount, href) for currency, amount in apart.items()]
    return [Work("Discrepancies", href, count, money, "Compare both sides, then set one right or close it")]


def _dead_events(viewer: Viewer) -> list[Work]:
    if not viewer.may("billing.view_webhookevent"):
        return []
    waiting = inbox_now(viewer).waiting
    dead = Work("Dead letters", list_address(DeadLetter), waiting.dead, [], "See what would change, then decide")
    href = list_address(WebhookEvent, view="quarantined")
    return [dead, Work("Quarantined events", href, waiting.quarantined, [], "Check keys and webhook endpoints")]


def _unknown_commands(viewer: Viewer) -> list[Work]:
    if not viewer.may("billing.view_stripecommand"):
        return []
    rows = StripeCommand.objects.filter(status=CommandStatus.UNKNOWN).count()
    href = list_address(StripeCommand, view="unknown")
    return [Work("Commands without an answer", href, rows, [], "They are asked again by themselves; see how long")]
