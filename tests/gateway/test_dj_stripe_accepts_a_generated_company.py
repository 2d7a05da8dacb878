"""dj-stripe takes every object of a company that the sandbox has lived through, and finds all that it asks for."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import stripe
from django.conf import settings as configured
from django.db import transaction
from djstripe.models.base import StripeModel

from tests.sandbox.lived_company import START, Company, lived
from tests.sandbox.running import running_sandbox

pytestmark = pytest.mark.django_db
FIRST = (
    "account product price coupon promotion_code tax_rate customer tax_id payment_method mandate setup_intent"
    " subscription subscription_item subscription_schedule invoice invoiceitem line_item payment_intent charge refund"
    " dispute balance_transaction payout event"
).split()
"""Kinds in the order of dependence; the rest follows."""


class Recording(stripe.RequestsClient):
    """The SDK's own transport, which notes what was asked and how it was answered."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: Counter[int] = Counter()
        self.missing: list[str] = []

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        body, status, answered = super().request(method, url, headers, post_data)
        self.answers[status] += 1
        if status >= 400:
            self.missing.append(f"{method} {url}: {status}")
        return body, status, answered


def models() -> dict[str, type[StripeModel]]:
    """The models of dj-stripe that keep a kind of object, by its name."""
    found: dict[str, type[StripeModel]] = {}
    waiting = list(StripeModel.__subclasses__())
    while waiting:
        model = waiting.pop(0)
        waiting += model.__subclasses__()
        if not model._meta.abstract:
            found.setdefault(getattr(model.stripe_class, "OBJECT_NAME", ""), model)
    return found


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_sandbox(clock=START) as url:
        yield url


@pytest.fixture(scope="module")
def company(address: str) -> Company:
    return lived(address, customers=70, months=6, seed="mirror")


@pytest.fixture
def transport(address: str, monkeypatch: pytest.MonkeyPatch) -> Recording:
    made = Recording()
    monkeypatch.setattr(stripe, "api_base", address)
    monkeypatch.setattr(stripe, "default_http_client", made)
    monkeypatch.setattr(stripe, "max_network_retries", 0)
    return made


def inside(company: Company) -> Iterator[dict[str, Any]]:
    """All objects, with the items and lines that live in others, and the events."""
    for entry in company.objects.values():
        if not entry.get("deleted"):
            yield entry
        for name in ("items", "lines"):
            held = entry.get(name)
            if isinstance(held, dict) and held.get("object") == "list":
                yield from held["data"]
    yield from company.events


def asked_for(model: type[StripeModel], entry: dict[str, Any]) -> Any:
    """An object as dj-stripe gets it: with what it has expanded where it asks for that, else as events carry it."""
    key = configured.STRIPE_SECRET_KEY
    if model.expand_fields and entry["object"] != "line_item":
        return model(id=entry["id"]).api_retrieve(api_key=key)
    return entry if entry["object"] == "event" else stripe.convert_to_stripe_object(entry, api_key=key)


def test_every_object_of_every_kind_is_synced_without_an_error_or_a_404(company: Company, transport: Recording) -> None:
    known = models()
    objects = [entry for entry in inside(company) if entry["object"] in known]
    rank = {kind: index for index, kind in enumerate(FIRST)}
    objects.sort(key=lambda entry: rank.get(entry["object"], len(rank)))
    refused = {}
    for entry in objects:
        model = known[entry["object"]]
        try:
            with transaction.atomic():
                model.sync_from_stripe_data(asked_for(model, entry), api_key=configured.STRIPE_SECRET_KEY)
        except Exception as error:
            refused.setdefault(f"{entry['object']}: {type(error).__name__}", f"{entry['id']}: {error}")
    synced = Counter(entry["object"] for entry in objects)
    assert refused == {}
    assert (transport.missing, transport.answers.keys()) == ([], {200})
    assert synced.keys() >= {*FIRST} - {"account", "tax_id", "setup_intent"}
    for kind, count in synced.items():
        assert known[kind].objects.count() >= count, kind
