"""Bad input gets Stripe's own error and changes nothing."""

import json
import urllib.error
import urllib.request

import pytest
import stripe

from tests.sandbox.running import SECRET_KEY
from tests.sandbox.scenes import Account, items_of


def raw(account: Account, method: str, path: str, body: str = "", **headers: str) -> tuple[int, dict, dict]:
    """For what the SDK cannot send: (status, body, headers)."""
    headers = {"Authorization": f"Bearer {SECRET_KEY}", **{k.replace("_", "-"): v for k, v in headers.items()}}
    request = urllib.request.Request(account.url + path, data=body.encode() or None, method=method, headers=headers)  # noqa: S310
    try:
        answer = urllib.request.urlopen(request, timeout=10)  # noqa: S310
    except urllib.error.HTTPError as refused:
        answer = refused
    with answer:
        return answer.status, json.loads(answer.read()), dict(answer.headers)


@pytest.mark.parametrize(
    ("key", "status"),
    [
        (f"Bearer {SECRET_KEY}", 200),
        ("Basic c2tfdGVzdF81MVNhbmRib3hDb3VudGluZ2hvdXNlMDAwMDAwMDAwMDo=", 200),
        ("Bearer sk_live_51SandboxCountinghouse0000000000", 401),
        ("Bearer pk_test_51SandboxCountinghouse0000000000", 403),
        ("Bearer nonsense", 401),
        ("", 401),
    ],
)
def test_only_test_keys_are_accepted(account: Account, key: str, status: int) -> None:
    assert raw(account, "GET", "/v1/balance", Authorization=key)[0] == status


def test_every_answer_names_its_request_and_the_version(account: Account) -> None:
    status, body, headers = raw(account, "POST", "/v1/customers", "nonsense=1", Idempotency_Key="k1")
    assert status == 400
    assert headers["Request-Id"].startswith("req_")
    assert headers["Stripe-Version"] == "2026-08-26.dahlia"
    assert headers["Idempotency-Key"] == "k1"
    assert body["error"] | {"request_log_url": "", "doc_url": ""} == {
        "type": "invalid_request_error",
        "code": "parameter_unknown",
        "param": "nonsense",
        "message": "Received unknown parameter: nonsense",
        "doc_url": "",
        "request_log_url": "",
    }


def test_another_api_version_is_refused(account: Account) -> None:
    assert raw(account, "GET", "/v1/balance", Stripe_Version="2020-08-27")[0] == 400


@pytest.mark.parametrize(
    ("path", "body", "code", "param"),
    [
        ("/v1/subscriptions", "customer=cus_1", "parameter_missing", "items"),
        ("/v1/subscriptions", "customer=cus_1&items[0][price]=x", "resource_missing", "customer"),
        ("/v1/products", "name=", "parameter_invalid_empty", "name"),
        ("/v1/products", "name=a&metadata=b", None, "metadata"),
        ("/v1/prices", "currency=usd&unit_amount=1.5&product=p", "parameter_invalid_integer", "unit_amount"),
        ("/v1/prices", "currency=usd&unit_amount=100&product=none", "resource_missing", "product"),
        ("/v1/prices", "currency=usd&unit_amount=1&recurring[interval]=decade", None, "recurring[interval]"),
        ("/v1/prices", "currency=usd&unit_amount_decimal=1e999", None, "unit_amount_decimal"),
        ("/v1/prices", "currency=usd&unit_amount_decimal=-1", None, "unit_amount_decimal"),
        ("/v1/prices", "currency=usd&unit_amount_decimal=NaN", None, "unit_amount_decimal"),
        ("/v1/customers", "&".join(f"metadata[{n}]=1" for n in range(5001)), None, None),
        ("/v1/customers", "email[a]=b", None, "email"),
        ("/v1/customers", "a[b]c=d", None, "a[b]c"),
        ("/v1/customers", "a[b]=c&a=d", None, "a"),
        ("/v1/customers", "balance=99999999999999", "parameter_invalid_integer", "balance"),
        ("/v1/customers", "expand[]=nonsense", None, "expand"),
    ],
)
def test_bad_input_is_400_and_changes_nothing(
    account: Account, path: str, body: str, code: str | None, param: str | None
) -> None:
    before = account.control("digest")
    status, answer, _ = raw(account, "POST", path, body)
    assert (status, answer["error"].get("code"), answer["error"].get("param")) == (400, code, param)
    assert account.control("digest") == before


def test_what_is_not_there_is_404(account: Account) -> None:
    for path in ("/v1/customers/cus_none", "/v1/nonsense", "/v2/core/accounts"):
        assert raw(account, "GET", path)[0] == 404
    status, body, _ = raw(account, "GET", "/v1/invoices/in_none")
    assert (status, body["error"]["code"], body["error"]["message"]) == (
        404,
        "resource_missing",
        "No such invoice: 'in_none'",
    )


def test_an_id_of_another_noun_is_not_found(account: Account) -> None:
    customer = account.customer(card=None)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.invoices.retrieve(customer.id)
    assert refused.value.http_status == 404


def test_impossible_subscriptions_are_refused(account: Account) -> None:
    monthly, euro = account.price(), account.price(currency="eur")
    once = account.v1.prices.create({"currency": "usd", "unit_amount": 1, "product": account.product().id})
    customer = account.customer().id
    for items in ([monthly, euro], [once], [monthly, monthly]):
        with pytest.raises(stripe.InvalidRequestError):
            account.subscribe(*items, customer=customer)
    running = account.subscribe(monthly, customer=customer)
    for change in (
        {"items": [{"id": "si_none", "quantity": 2}]},
        {"items": [{"id": items_of(running)[0].id, "deleted": True}]},
        {"proration_date": 1},
        {"trial_end": account.now - 5},
    ):
        with pytest.raises(stripe.InvalidRequestError):
            account.v1.subscriptions.update(running.id, change)
    assert account.subscription(running).to_dict() == running.to_dict()


def test_prices_of_more_than_three_years_are_refused(account: Account) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        account.price(interval="year", interval_count=4)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"advance": "soon"}', b'{"advance": 99999999999}', b'{"now": 1}'])
def test_a_malformed_control_is_400_and_moves_nothing(account: Account, body: bytes) -> None:
    before = account.now
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(account.url + "/_sandbox/clock", data=body, timeout=10)  # noqa: S310
    with refused.value:
        assert refused.value.code == 400
    assert account.now == before


def test_a_deleted_customer_with_an_advancing_draft_holds_nothing_up(account: Account) -> None:
    customer = account.customer()
    account.v1.invoices.create({"customer": customer.id, "auto_advance": True, "currency": "usd"})
    account.v1.customers.delete(customer.id)
    other = account.subscribe()
    account.advance(40 * 86_400)
    assert len(account.invoices(other)) == 2
