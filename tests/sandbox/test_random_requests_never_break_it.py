"""Whatever is sent, the answer is Stripe's, never a 500, and the sandbox goes on."""

import random
from urllib.parse import urlencode

import pytest

from sandbox.routes import AREAS
from tests.sandbox.scenes import DAY, Account
from tests.sandbox.test_errors_have_stripes_shape_and_status import raw

ROWS = [row for area in AREAS for row in area.ROWS]
WORDS = ["", "true", "false", "now", "-1", "0", "1", "2", "99999999999", "1e9", "usd", "eur", "month", "year", "none"]
WORDS += [
    "pm_card_visa",
    "pm_card_chargeCustomerFail",
    "always_invoice",
    "inf",
    "é\u0000",
    "x" * 600,
    "charge_automatically",
]
WORDS += ["send_invoice", "default_incomplete", "create_prorations", "void", "1800000000", "unchanged", "\ud83d\ude00"]


def some_value(chance: random.Random, ids: list[str]) -> str:
    return chance.choice(ids) if chance.random() < 0.45 else chance.choice(WORDS).encode("utf-8", "replace").decode()


def some_body(chance: random.Random, spec: object, ids: list[str]) -> str:
    names = list(spec)  # type: ignore[call-overload]
    nested = [
        "",
        "[price]",
        "[0][price]",
        "[0][id]",
        "[0][quantity]",
        "[interval]",
        "[behavior]",
        "[]",
        "[a][b]",
        "[gte]",
    ]
    nested += ["[items][0][price]", "[items][0][id]", "[default_payment_method]", "[0][deleted]", "[resumes_at]"]
    count = chance.randint(0, min(5, len(names)))
    chosen = chance.sample(names, count) + (["metadata"] if chance.random() < 0.2 else [])
    return urlencode([(name + chance.choice(nested), some_value(chance, ids)) for name in chosen])


@pytest.mark.parametrize("seed", range(4))
def test_random_requests_get_an_answer_of_stripes(account: Account, seed: int) -> None:
    chance = random.Random(seed)
    account.subscribe(account.price(), trial_period_days=3)
    account.subscribe(account.price(900, "year"), card="pm_card_sandbox_failsOnRenewal")
    ids: list[str] = []
    for number in range(400):
        ids = [entry["id"] for entry in account.dump() if entry["object"] != "event"] if number % 50 == 0 else ids
        method, template, _, spec = chance.choice(ROWS)
        path, body = template.replace("{id}", chance.choice(ids)), some_body(chance, spec, ids)
        where = f"{path}?{body}" if method == "GET" else path
        status, answer, _ = raw(account, method, where, "" if method == "GET" else body)
        assert status < 500, (method, where, body, answer)
        if number % 40 == 0:
            account.advance(9 * DAY)
    assert account.control("health")["status"] == "ok"
