"""Billing's panels of the home page. Numbers come from aggregated queries; each links to its rows."""

from typing import Any

from billing.admin.base import list_address
from billing.admin.registry import panel
from billing.models import Invoice, Subscription, WebhookEvent
from billing.queries import inbox, invoices, subscriptions
from billing.templatetags.formats import span_text
from billing.templatetags.viewer import Viewer


@panel(25, "Subscriptions and invoices", "admin/home/standing.html", "billing.view_subscription")
def standing(viewer: Viewer) -> dict[str, Any]:
    due = due_invoices(viewer)
    open_address, failed_address = list_address(Invoice, view="open"), list_address(Invoice, view="past-due")
    return {
        "active": subscriptions.active_count(),
        "active_address": list_address(Subscription, view="active"),
        "open": [(total, f"{open_address}&currency={total.currency}") for total in due.open],
        "failed": [(total, f"{failed_address}&currency={total.currency}") for total in due.failed],
    }


@panel(50, "Inbox", "admin/home/inbox.html", "billing.view_webhookevent", wide=True)
def inbox_state(viewer: Viewer) -> dict[str, Any]:
    state = inbox_now(viewer)
    return {
        "state": state,
        "waiting": state.waiting,
        "address": list_address(WebhookEvent),
        "behind": span_text(state.waiting.oldest_due_seconds) if state.waiting.oldest_due_seconds else "",
    }


def inbox_now(viewer: Viewer) -> inbox.InboxState:
    return viewer.once("inbox", lambda: inbox.state(viewer.now))


def due_invoices(viewer: Viewer) -> invoices.Due:
    return viewer.once("due invoices", invoices.due)
