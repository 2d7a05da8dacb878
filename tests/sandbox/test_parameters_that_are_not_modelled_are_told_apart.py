"""A parameter that Stripe has and the sandbox does not model is told apart from one that Stripe does not have."""

import json

import pytest

from sandbox.routes import routes
from tests.sandbox.parameters import DATA, TABLE, compared, data, plain, stripes, table
from tests.sandbox.scenes import Account
from tests.sandbox.test_errors_have_stripes_shape_and_status import raw

BESIDE_THE_SDK = {"GET /v1/charges/{id}/refunds"}
"""What an object's own list names as its URL, but no method of the SDK asks for."""
IN_ITS_OWN_LINKS = {"GET /v2/core/events": {"page"}}
"""What Stripe puts into the URL of the next page, and the SDK therefore does not name."""
REFRESH = "run `python -m tests.sandbox.parameters`"


def test_the_table_is_what_the_sdk_and_the_routes_say() -> None:
    assert TABLE.read_text() == table(), REFRESH
    assert DATA.read_text() == data(), REFRESH
    assert len(json.loads(DATA.read_text())) < 300


def test_every_operation_is_one_of_stripes() -> None:
    ours = {f"{route.method} {plain(route.template)}" for route in routes() if route.template.startswith("/v1/")}
    assert ours - stripes().keys() == BESIDE_THE_SDK


def test_no_operation_takes_a_parameter_that_stripe_has_not() -> None:
    """Test tokens aside, what the sandbox accepts is what Stripe documents."""
    odd = {}
    for route in routes():
        known = stripes().get(f"{route.method} {plain(route.template)}")
        names = (
            set(route.spec) - known.keys() - {"expand"} - IN_ITS_OWN_LINKS.get(route.name, set())
            if known is not None
            else set()
        )
        if names:
            odd[route.name] = sorted(names)
    assert odd == {}


def test_the_comparison_looks_into_mappings_and_lists() -> None:
    [route] = [route for route in routes() if route.name == "POST /v1/prices"]
    modelled, missing = compared(stripes()["POST /v1/prices"], route.spec)
    assert {"recurring", "recurring[interval]", "tiers[up_to]"} <= set(modelled)
    assert set(missing).isdisjoint(modelled)


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("/v1/customers", "cash_balance[settings][reconciliation_mode]=manual", "cash_balance"),
        ("/v1/payment_intents", "amount=1&currency=usd&transfer_data[destination]=acct_1", "transfer_data"),
    ],
)
def test_a_parameter_of_stripes_is_named_as_such(account: Account, path: str, body: str, param: str) -> None:
    status, answer, _ = raw(account, "POST", path, body)
    assert (status, answer["error"]["code"], answer["error"]["param"]) == (400, "parameter_unknown", param)
    assert answer["error"]["message"] == (
        f"Received unknown parameter: {param}. It is a parameter of Stripe that this sandbox does not model."
    )


def test_a_parameter_that_nobody_knows_is_unknown_plainly(account: Account) -> None:
    status, answer, _ = raw(account, "POST", "/v1/customers", "unicorn=1")
    assert (status, answer["error"]["message"]) == (400, "Received unknown parameter: unicorn")
