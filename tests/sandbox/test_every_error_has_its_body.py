"""A table of bad requests with the whole body of their errors, word for word."""

import pytest

from tests.sandbox.scenes import Account
from tests.sandbox.test_errors_have_stripes_shape_and_status import raw

INVALID = "invalid_request_error"
HELP = "Please see https://stripe.com/docs or we can help at https://support.stripe.com/."
Error = dict[str, str]


def error(code: str | None, param: str | None, message: str) -> Error:
    return {name: value for name, value in (("code", code), ("param", param), ("message", message)) if value}


def gone(noun: str, object_id: str, param: str = "id") -> Error:
    return error("resource_missing", param, f"No such {noun}: '{object_id}'")


def unknown(param: str) -> Error:
    return error("parameter_unknown", param, f"Received unknown parameter: {param}")


EMPTY = (
    "You passed an empty string for 'name'. We assume empty values are an attempt to unset a parameter; however 'name'"
    " cannot be unset. You should remove 'name' from your request or supply a non-empty value."
)
TRY = "This property cannot be expanded (name). You may want to try expanding 'data.name' instead."
TABLE: list[tuple[str, str, str, int, Error]] = [
    ("GET", "/v1/customers/cus_none", "", 404, gone("customer", "cus_none")),
    ("GET", "/v1/payment_methods/pm_none", "", 404, gone("PaymentMethod", "pm_none")),
    ("GET", "/v1/subscriptions/sub_none", "", 404, gone("subscription", "sub_none")),
    ("DELETE", "/v1/products/prod_none", "", 404, gone("product", "prod_none")),
    ("POST", "/v1/prices", "currency=usd&unit_amount=1&product=a", 400, gone("product", "a", "product")),
    ("GET", "/v1/customers?starting_after=a", "", 400, gone("customer", "a", "starting_after")),
    ("POST", "/v1/subscriptions", "items[0][price]=a", 400,
     error("parameter_missing", "customer", "Missing required param: customer.")),
    ("POST", "/v1/customers", "unicorn=1", 400, unknown("unicorn")),
    ("POST", "/v1/customers", "address[planet]=Mars", 400, unknown("address[planet]")),
    ("POST", "/v1/customers", "balance=1.5", 400,
     error("parameter_invalid_integer", "balance", "Invalid integer: 1.5")),
    ("POST", "/v1/products", "name=", 400, error("parameter_invalid_empty", "name", EMPTY)),
    ("POST", "/v1/products", "name=a&active=perhaps", 400, error(None, "active", "Invalid boolean: perhaps")),
    ("POST", "/v1/products", "name=a&images=b", 400, error(None, "images", "Invalid array")),
    ("POST", "/v1/customers", "address=b", 400, error("parameter_invalid_object", "address", "Invalid object")),
    ("GET", "/v1/customers?created=soon", "", 400,
     error("parameter_invalid_integer", "created", "Invalid integer: soon")),
    ("GET", "/v1/customers?expand[]=name", "", 400, error(None, "expand", TRY)),
    ("PUT", "/v1/customers", "", 404, error(None, None, f"Unrecognized request URL (PUT: /v1/customers). {HELP}")),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "status", "wanted"), TABLE, ids=lambda value: str(value)[:40])
def test_an_error_is_answered_word_for_word(
    account: Account, method: str, path: str, body: str, status: int, wanted: Error
) -> None:
    account.product()
    before = account.control("digest")
    found, answer, headers = raw(account, method, path, body)
    if "code" in wanted:
        wanted = {**wanted, "doc_url": f"https://stripe.com/docs/error-codes/{wanted['code'].replace('_', '-')}"}
    log = f"https://dashboard.stripe.com/test/logs/{headers['Request-Id']}"
    assert (found, answer) == (status, {"error": {**wanted, "type": INVALID, "request_log_url": log}})
    assert account.control("digest") == before


def test_a_decline_says_which_and_carries_its_intent(account: Account) -> None:
    customer = account.customer("pm_card_chargeCustomerFail").id
    form = f"amount=500&currency=usd&customer={customer}&confirm=true&payment_method="
    method = account.v1.customers.payment_methods.list(customer).data[0].id
    status, answer, _ = raw(account, "POST", "/v1/payment_intents", form + method)
    error = answer["error"]
    assert (status, error["type"], error["code"], error["decline_code"]) == (
        402, "card_error", "card_declined", "generic_decline",
    )  # fmt: skip
    assert error["doc_url"] == "https://stripe.com/docs/error-codes/card-declined"
    assert error["message"] == "Your card was declined."
    assert error["payment_intent"]["status"] == "requires_payment_method"
    assert error["payment_intent"]["last_payment_error"]["decline_code"] == "generic_decline"
    assert error["charge"] == error["payment_intent"]["latest_charge"]
