"""What is set on a subscription as it is given, at creation and by changes alike."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.payments.attaching import owned
from sandbox.lives.subscriptions import pending_items
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import merge_metadata

_PLAIN = ("collection_method", "days_until_due", "description")
_INCOMPLETE = frozenset(
    "cancellation_details default_payment_method description expand metadata off_session payment_settings".split()
)
"""What can be changed while the first invoice is not paid."""


def set_fields(ctx: Context, subscription: Json, given: Json) -> None:
    """Everything that moves no money. Raises for methods of others and for terms that do not fit the collection."""
    subscription.update({name: given[name] for name in _PLAIN if name in given})
    if "metadata" in given:
        subscription["metadata"] = merge_metadata(subscription["metadata"], given["metadata"])
    if "default_payment_method" in given:
        wanted = given["default_payment_method"]
        method = owned(ctx, wanted, subscription["customer"], "default_payment_method") if wanted else None
        subscription["default_payment_method"] = method["id"] if method else None
    if given.get("trial_settings"):
        subscription["trial_settings"] = given["trial_settings"]
    if given.get("cancellation_details"):
        subscription["cancellation_details"].update(given["cancellation_details"])
    _set_payment(subscription, given.get("payment_settings") or {})
    _set_invoices(subscription, given.get("invoice_settings") or {})
    if "pending_invoice_item_interval" in given:
        pending_items.set_interval(ctx, subscription, given["pending_invoice_item_interval"])
    if "pause_collection" in given:
        _pause(ctx, subscription, given["pause_collection"])
    _check_collection(subscription, given)


def _set_payment(subscription: Json, given: Json) -> None:
    settings = subscription["payment_settings"]
    settings.update({name: value for name, value in given.items() if name != "payment_method_options"})
    for method, options in (given.get("payment_method_options") or {}).items():
        known = settings["payment_method_options"] or {}
        settings["payment_method_options"] = {**known, method: {**(known.get(method) or {}), **(options or {})}}


def _set_invoices(subscription: Json, given: Json) -> None:
    subscription["invoice_settings"] = {**subscription["invoice_settings"], **given}


def _pause(ctx: Context, subscription: Json, pause: Json | None) -> None:
    if pause and pause.get("resumes_at", ctx.now + 1) <= ctx.now:
        raise invalid("`resumes_at` must be in the future.", "pause_collection[resumes_at]")
    subscription["pause_collection"] = {"resumes_at": None, **pause} if pause else None


def _check_collection(subscription: Json, given: Json) -> None:
    if subscription["collection_method"] == "charge_automatically":
        if given.get("days_until_due") is not None:
            raise invalid("`days_until_due` is only for `collection_method` send_invoice.", "days_until_due")
        subscription["days_until_due"] = None
    elif subscription["days_until_due"] is None:
        raise invalid("You must pass `days_until_due` when `collection_method` is send_invoice.", "days_until_due")


def check_incomplete(subscription: Json, given: Json) -> None:
    """Until the first invoice is paid, only what helps to pay it can be changed."""
    wrong = sorted(given.keys() - _INCOMPLETE)
    if subscription["status"] == "incomplete" and wrong:
        raise invalid(
            "You cannot update a subscription in `incomplete` status: only its `default_payment_method`,"
            f" `payment_settings`, `description` and `metadata` can be changed, not `{wrong[0]}`.",
            wrong[0],
        )
