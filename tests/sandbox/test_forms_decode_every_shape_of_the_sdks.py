"""Parameters arrive in every shape that the official SDKs, curl and a browser's form send."""

from typing import Any
from urllib.parse import quote

import pytest

from sandbox.protocol.errors import StripeError
from sandbox.protocol.forms import decode
from tests.sandbox.scenes import Account
from tests.sandbox.test_errors_have_stripes_shape_and_status import raw

TWO_ITEMS = {"items": [{"price": "a", "quantity": "2"}, {"price": "b"}]}
SHAPES: list[tuple[str, dict[str, Any]]] = [
    ("items[0][price]=a&items[1][price]=b&items[0][quantity]=2", TWO_ITEMS),
    ("items[][price]=a&items[][quantity]=2&items[][price]=b", TWO_ITEMS),
    ("items[][tax_rates][]=x&items[][tax_rates][]=y&items[][id]=1", {"items": [{"tax_rates": ["x", "y"], "id": "1"}]}),
    ("items[10][price]=b&items[9][price]=a", {"items": [{"price": "a"}, {"price": "b"}]}),
    ("items%5B0%5D%5Bprice%5D=a", {"items": [{"price": "a"}]}),
    ("expand[]=customer&expand[]=latest_invoice", {"expand": ["customer", "latest_invoice"]}),
    ("expand[0]=customer&expand[1]=latest_invoice", {"expand": ["customer", "latest_invoice"]}),
    ("name=a&name=b", {"name": "b"}),
    ("name=a+b%20c%2Bd%26e", {"name": "a b c+d&e"}),
    ("name=Z%C3%BCrich%20%F0%9F%98%80", {"name": "Zürich 😀"}),
    ("description=&items=", {"description": "", "items": ""}),
    ("a[b][c][d]=1", {"a": {"b": {"c": {"d": "1"}}}}),
    ("", {}),
]  # fmt: skip


@pytest.mark.parametrize(("form", "meant"), SHAPES)
def test_a_form_is_decoded(form: str, meant: dict[str, Any]) -> None:
    assert decode(form) == meant


@pytest.mark.parametrize(
    "form", ["a[b=1", "[a]=1", "a[b]c=1", "a=1&a[b]=2", "a[b]=2&a=1", "a[][b]=1&a=2", "a" + "[b]" * 9 + "=1"]
)
def test_a_name_that_means_nothing_is_refused(form: str) -> None:
    with pytest.raises(StripeError) as refused:
        decode(form)
    assert refused.value.status == 400


def test_metadata_is_merged_by_key_and_unset_by_key_and_whole(account: Account) -> None:
    customers = account.v1.customers
    made = customers.create({"metadata": {"a": "1", "b": "2", "2024": "x", "07": "y"}})
    assert made.metadata.to_dict() == {"a": "1", "b": "2", "2024": "x", "07": "y"}
    changed = customers.update(made.id, {"metadata": {"a": "", "c": "3", "2024": ""}})
    assert changed.metadata.to_dict() == {"b": "2", "c": "3", "07": "y"}
    assert customers.update(made.id, {"metadata": ""}).metadata.to_dict() == {}


def test_metadata_has_at_most_fifty_keys(account: Account) -> None:
    customer = account.v1.customers.create({"metadata": {f"k{number}": "1" for number in range(50)}})
    status, body, _ = raw(account, "POST", f"/v1/customers/{customer.id}", "metadata[k50]=1")
    assert (status, body["error"]["param"]) == (400, "metadata")
    status, body, _ = raw(account, "POST", f"/v1/customers/{customer.id}", "metadata[k49]=&metadata[k50]=1")
    assert (status, len(body["metadata"])) == (200, 50)


def test_an_empty_string_unsets_a_field(account: Account) -> None:
    customer = account.v1.customers.create({"name": "A", "phone": "1", "description": "d"})
    changed = account.v1.customers.update(customer.id, {"name": "", "description": ""})
    assert (changed.name, changed.description, changed.phone) == (None, None, "1")


def test_an_empty_array_is_sent_as_an_empty_string(account: Account) -> None:
    product = account.v1.products.create({"name": "A", "images": ["https://example.com/a.png"]})
    status, body, _ = raw(account, "POST", f"/v1/products/{product.id}", "images=")
    assert (status, body["images"]) == (200, [])


def test_parameters_are_taken_from_the_query_and_from_the_body_alike(account: Account) -> None:
    for number in range(3):
        account.v1.customers.create({"name": f"C{number}"})
    assert len(raw(account, "GET", "/v1/customers?limit=2")[1]["data"]) == 2
    assert len(raw(account, "GET", "/v1/customers", "limit=1")[1]["data"]) == 1
    status, body, _ = raw(account, "POST", "/v1/customers?name=A", "email=a%40example.com")
    assert (status, body["name"], body["email"]) == (200, "A", "a@example.com")


def test_unicode_comes_back_as_it_was_sent(account: Account) -> None:
    name = "Zürich, Αθήνα, 東京, 😀 & + % =[]"
    assert account.v1.customers.create({"name": name}).name == name
    assert raw(account, "POST", "/v1/customers", f"name={quote(name)}")[1]["name"] == name
    assert raw(account, "POST", "/v1/customers", "name=Zürich")[1]["name"] == "Zürich"


def test_json_is_refused_as_stripe_does(account: Account) -> None:
    status, body, _ = raw(account, "POST", "/v1/customers", '{"name": "A"}', Content_Type="application/json")
    assert status == 400
    assert "check that your POST content type is application/x-www-form-urlencoded" in body["error"]["message"]
