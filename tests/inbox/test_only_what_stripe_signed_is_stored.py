"""Anybody can reach the webhook; only a signature over the very bytes, made about now, opens the inbox. Row F17."""

import gzip
import json
import time
from collections.abc import Callable

import pytest
from django.conf import settings

from billing.models import WebhookEvent
from tests.inbox.webhooks import deliver_signed, encoded, event, mac, signed, writes

pytestmark = pytest.mark.django_db
BODY = encoded(event())


def now() -> int:
    return int(time.time())


REFUSED: dict[str, Callable[[], str]] = {
    "no header": lambda: "",
    "no time": lambda: f"v1={mac(BODY, now())}",
    "no signature": lambda: f"t={now()}",
    "two times": lambda: f"t={now()},t={now()},v1={mac(BODY, now())}",
    "time is no number": lambda: f"t=soon,v1={mac(BODY, now())}",
    "time of other digits": lambda: f"t=１２３,v1={mac(BODY, now())}".encode().decode("latin-1"),
    "time of a thousand digits": lambda: f"t={'9' * 1000},v1={mac(BODY, now())}",
    "negative time": lambda: f"t=-{now()},v1={mac(BODY, now())}",
    "another secret": lambda: signed(BODY, secret="whsec_of_somebody_else"),
    "of another body": lambda: signed(encoded(event("evt_2"))),
    "time swapped": lambda: f"t={now() - 5},v1={mac(BODY, now())}",
    "only of version 0": lambda: f"t={now()},v0={mac(BODY, now())}",
    "cut short": lambda: signed(BODY)[:-1],
    "empty signature": lambda: f"t={now()},v1=",
    "not ascii": lambda: f"t={now()},v1=ÿÿÿÿ",
    "301 seconds old": lambda: signed(BODY, at=now() - 301),
    "10 minutes in the future": lambda: signed(BODY, at=now() + 600),
}


@pytest.mark.parametrize("why", REFUSED)
def test_refused_and_nothing_is_written(why: str) -> None:
    before = writes()
    answer = deliver_signed(BODY, REFUSED[why]())
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["code"] == "bad_signature"
    assert writes() == before


def test_a_body_written_anew_has_lost_its_signature() -> None:
    same = json.dumps(json.loads(BODY), indent=1).encode()
    assert deliver_signed(same, signed(BODY)).status_code == 400


def test_a_body_that_was_packed_on_the_way_has_too() -> None:
    """Stripe packs none; nothing is unpacked before its signature was looked at."""
    packed = gzip.compress(BODY)
    assert deliver_signed(packed, signed(BODY), HTTP_CONTENT_ENCODING="gzip").status_code == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("seconds", [-290, 0, 290])
def test_clocks_may_differ_by_five_minutes(seconds: int) -> None:
    assert deliver_signed(BODY, signed(BODY, at=now() + seconds)).status_code == 200
    assert WebhookEvent.objects.get().payload == BODY.decode()


@pytest.mark.parametrize("right_one_first", [True, False])
def test_one_of_two_signatures_is_enough(right_one_first: bool) -> None:
    """While a secret is rolled, Stripe signs with the old and the new one."""
    at = now()
    both = [mac(BODY, at), mac(BODY, at, "whsec_the_other")]
    words = [f"v1={one}" for one in (both if right_one_first else both[::-1])]
    assert deliver_signed(BODY, f"t={at},{','.join(words)}").status_code == 200


def test_a_rolled_secret_counts_until_it_is_taken_out(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = "whsec_old", "whsec_new"
    first, second = encoded(event("evt_old")), encoded(event("evt_new"))
    monkeypatch.setattr(settings, "STRIPE_WEBHOOK_SECRETS", [new, old])
    assert deliver_signed(first, signed(first, secret=old)).status_code == 200
    assert deliver_signed(second, signed(second, secret=new)).status_code == 200
    monkeypatch.setattr(settings, "STRIPE_WEBHOOK_SECRETS", [new])
    third = encoded(event("evt_late"))
    assert deliver_signed(third, signed(third, secret=old)).status_code == 400
    assert set(WebhookEvent.objects.values_list("stripe_event_id", flat=True)) == {"evt_old", "evt_new"}


def test_without_a_secret_nothing_is_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    header = signed(BODY)
    monkeypatch.setattr(settings, "STRIPE_WEBHOOK_SECRETS", [])
    assert deliver_signed(BODY, header).status_code == 400
