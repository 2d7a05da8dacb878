"""Whatever is sent to a page, it answers with a page of its own, never with a failure of the sandbox."""

import random
from urllib.parse import urlencode

import pytest

from sandbox.pages.views import VIEWS
from tests.sandbox.living import checkout, portal
from tests.sandbox.scenes import Account
from tests.sandbox.visiting import look, send

ACTIONS = [
    "pay",
    "quantity",
    "code",
    "remove-code",
    "add",
    "default",
    "remove",
    "cancel",
    "stay",
    "complete",
    "fail",
    "",
]
FIELDS = [
    "email",
    "name",
    "method",
    "number",
    "price",
    "quantity",
    "line",
    "code",
    "feedback",
    "comment",
    "home",
    "done",
]
FIELDS += ["address_line1", "address_country", "custom_team", "terms", "phone", "default"]
WORDS = [
    "",
    "pm_card_visa",
    "pm_card_visa_chargeDeclined",
    "pm_card_threeDSecure2Required",
    "jo@example.com",
    "1",
    "-1",
]
WORDS += ["99999999999999999999", "²", "4242424242424242", "é\0<script>", "x" * 6000, "CH", "yes", "\ud83d\ude00"]


def some(chance: random.Random, ids: list[str]) -> dict[str, str]:
    names = chance.sample(FIELDS, chance.randint(0, 6))
    given = {name: chance.choice(ids) if chance.random() < 0.3 else chance.choice(WORDS) for name in names}
    clean = {name: value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for name, value in given.items()}
    return {**clean, "action": chance.choice(ACTIONS)}


@pytest.mark.parametrize("seed", range(3))
def test_random_visits_get_a_page(account: Account, seed: int) -> None:
    chance = random.Random(seed)
    checkout.live(account)
    portal.live(account)
    account.v1.payment_intents.create(
        {"amount": 500, "currency": "usd", "payment_method": "pm_card_threeDSecure2Required", "confirm": True}
    )
    by_name = {"session": "cs_", "portal": "bps_", "invoice": "in_", "charge": "ch_", "subscription": "sub_"}
    ids = [entry["id"] for entry in account.dump() if entry["object"] != "event"]
    for _ in range(300):
        path = chance.choice(list(VIEWS))
        for name in ("session", "portal", "subscription", "invoice", "charge", "intent", "link"):
            start = by_name.get(name, "")
            fitting = [each for each in ids if each.startswith(start)] if chance.random() < 0.9 else ids
            path = path.replace("{" + name + "}", chance.choice(fitting))
        fields = some(chance, ids)
        if chance.random() < 0.3:
            seen = look(f"{account.url}{path}?{urlencode(fields)}")
        else:
            seen = send(account.url + path, **fields)
        assert seen.status < 500, (path, fields, seen.text[-500:])
        assert "<script>" not in seen.text
    assert account.control("health")["status"] == "ok"
