"""Every object that an endpoint or an event returns fits the SDK's annotations, field by field."""

import importlib
import json
from typing import Any

import pytest
import stripe
from stripe._api_resource import APIResource
from stripe._object_classes import OBJECT_CLASSES, V2_OBJECT_CLASSES
from stripe.events._event_classes import get_v2_event_class

from tests.sandbox.annotations import fields_of, problems
from tests.sandbox.living import areas, gathered
from tests.sandbox.scenes import Account, items_of

Found = dict[str, set[str]]
ALWAYS, NEVER, UNSEEN = gathered("ALWAYS"), gathered("NEVER"), gathered("UNSEEN")


def class_of(kind: str) -> type:
    """The SDK's class for the value of `object`."""
    module, name = {**OBJECT_CLASSES, **V2_OBJECT_CLASSES}[kind]
    return getattr(importlib.import_module(module), name)


class Walk:
    """What was seen of each kind, and what was wrong with it."""

    def __init__(self) -> None:
        self.count: dict[str, int] = {}
        self.fields: Found = {}
        self.wrong: Found = {}

    def check(self, entry: dict[str, Any]) -> None:
        kind = entry["object"]
        self.count[kind] = self.count.get(kind, 0) + 1
        self.fields.setdefault(kind, set()).update(entry)
        thin = kind == "v2.core.event"
        wrong = problems(entry, get_v2_event_class(entry["type"]) if thin else class_of(kind), kind)
        wrong += [f"{kind}.{name}: absent" for name in ALWAYS.get(kind, set()) - entry.keys()]
        wrong += [f"{kind}.{name}: sent unasked" for name in NEVER.get(kind, set()) & entry.keys()]
        if wrong:
            self.wrong.setdefault(kind, set()).update(wrong)


@pytest.mark.parametrize("area", areas(), ids=lambda area: area.__name__.rpartition(".")[2])
def test_every_stored_object_and_every_event_fits_the_annotations(
    area: Any, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    walk = walked(area, account)
    covered = ", ".join(f"{kind} ({count})" for kind, count in sorted(walk.count.items()))
    with capsys.disabled():
        print(f"\n  shapes of {area.__name__.rpartition('.')[2]}: {covered}")  # noqa: T201 - the list that is asked for
    assert walk.wrong == {}


def walked(area: Any, account: Account) -> Walk:
    walk = Walk()
    for answer in area.live(account) or []:
        walk.check(plain(answer))
    for entry in account.dump():
        walk.check(entry)
        if entry["object"] == "event" and not entry["data"]["object"].get("deleted"):
            walk.check(shown_in(entry))
    return walk


def test_every_annotated_field_is_sent_or_accounted_for(account: Account) -> None:
    """A field that Stripe may send is sent by the sandbox, is one that is only expanded, or is named with a reason."""
    seen: Found = {}
    for area in areas():
        for kind, fields in walked(area, account).fields.items():
            seen.setdefault(kind, set()).update(fields)
    known = {
        kind: fields | NEVER.get(kind, set()) | UNSEEN.get(kind, set()) | {"deleted"} for kind, fields in seen.items()
    }
    missing = {kind: fields_of(class_of(kind)).keys() - names - {"deleted"} for kind, names in known.items()}
    assert "; ".join(f"{kind}: {sorted(names)}" for kind, names in missing.items() if names) == ""


def shown_in(event: dict[str, Any]) -> dict[str, Any]:
    shown = dict(event["data"]["object"])
    if event["type"] == "invoice.upcoming":
        assert "id" not in shown
        shown["id"] = "upcoming_in_0"
    return shown


def test_what_is_not_stored_fits_the_annotations_too(account: Account) -> None:
    v1, walk = account.v1, Walk()
    subscription = account.subscribe()
    preview = v1.invoices.create_preview({"subscription": subscription.id})
    account.control("trigger", {"type": "checkout.session.completed"})
    session = v1.events.list({"type": "checkout.session.completed"}).data[0].data.object
    for entry in (v1.accounts.retrieve_current(), v1.balance.retrieve(), preview, session):
        walk.check(plain(entry))
    assert walk.wrong == {}


def test_expanded_objects_fit_the_annotations(account: Account) -> None:
    subscription = account.subscribe()
    wanted = ["payments.data.payment.payment_intent", "customer.subscriptions", "confirmation_secret"]
    invoice = account.v1.invoices.retrieve(subscription.latest_invoice, {"expand": wanted})
    assert problems(plain(invoice), stripe.Invoice, "invoice") == []
    price = account.v1.prices.retrieve(items_of(subscription)[0].price.id, {"expand": ["product", "tiers"]})
    assert problems(plain(price), stripe.Price, "price") == []


def test_the_walk_finds_what_is_missing_unknown_and_of_a_wrong_type(account: Account) -> None:
    invoice = plain(account.v1.invoices.retrieve(account.subscribe().latest_invoice))
    del invoice["lines"]["data"][0]["period"]
    invoice |= {"subscription": "sub_1", "total": "12", "status": "lost", "number": None, "livemode": None}
    found = [problem.partition(":")[0] for problem in problems(invoice, stripe.Invoice, "invoice")]
    assert sorted(found) == [
        "invoice.lines.data[0].period",
        "invoice.livemode",
        "invoice.status",
        "invoice.subscription",
        "invoice.total",
    ]


def plain(entry: APIResource) -> dict:
    return json.loads(str(entry))
