"""Search: fields, metadata, parts, numbers, negation, AND and OR, pages and counts."""

from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import Account
from tests.sandbox.test_errors_have_stripes_shape_and_status import raw


@pytest.fixture
def people(account: Account) -> dict[str, str]:
    """Id -> name, of three customers."""
    made: dict[str, str] = {}
    for name, email, team in (
        ("Ada Lovelace", "ada@example.com", "red"),
        ("Alan Turing", "alan@example.org", "blue"),
        ('Grace "Amazing" Hopper', "Grace@Example.com", ""),
    ):
        fields: Any = {"name": name, "email": email, "metadata": {"team": team} if team else {}}
        made[account.v1.customers.create(fields).id] = name.split()[0]
    return made


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('email:"ada@example.com"', {"Ada"}),
        ("email:'grace@example.COM'", {"Grace"}),
        ('email~"example.com"', {"Ada", "Grace"}),
        ('name~"LOVE"', {"Ada"}),
        ('name:"Grace \\"Amazing\\" Hopper"', {"Grace"}),
        ('metadata["team"]:"red"', {"Ada"}),
        ("-metadata['team']:\"red\"", {"Alan", "Grace"}),
        ('metadata["team"]:null', {"Grace"}),
        ('-metadata["team"]:null', {"Ada", "Alan"}),
        ('email~"example" metadata["team"]:"blue"', {"Alan"}),
        ('email~"example" AND -name~"Turing"', {"Ada", "Grace"}),
        ('metadata["team"]:"red" OR metadata["team"]:"blue"', {"Ada", "Alan"}),
        ('name~"nobody"', set()),
        ("phone:null", {"Ada", "Alan", "Grace"}),
        ("created>1705319999 created<=1705320000", {"Ada", "Alan", "Grace"}),
        ("created>1705320000", set()),
    ],
)
def test_customers_are_found(account: Account, people: dict[str, str], query: str, names: set[str]) -> None:
    found = account.v1.customers.search({"query": query})
    assert {people[customer.id] for customer in found.data} == names


def test_money_is_found_by_numbers_and_words(account: Account) -> None:
    subscription = account.subscribe(account.price(2900))
    account.subscribe(account.price(500), trial_period_days=5)
    v1 = account.v1
    assert [invoice.total for invoice in v1.invoices.search({"query": "total>1000"}).data] == [2900]
    assert len(v1.invoices.search({"query": f'subscription:"{subscription.id}" status:"paid"'}).data) == 1
    assert [one.amount for one in v1.charges.search({"query": 'payment_method_details.card.last4:"4242"'}).data] == [
        2900
    ]
    assert len(v1.payment_intents.search({"query": 'currency:"usd" AND amount:2900'}).data) == 1
    assert [one.status for one in v1.subscriptions.search({"query": 'status:"trialing"'}).data] == ["trialing"]
    assert len(v1.products.search({"query": 'active:"true" name~"Start"'}).data) == 2
    assert len(v1.prices.search({"query": f'product:"{v1.products.list().data[0].id}"'}).data) == 1


def test_results_come_in_pages_that_the_sdk_walks(account: Account) -> None:
    made = [account.v1.customers.create({"name": f"Twin {number}"}).id for number in range(7)][::-1]
    first = account.v1.customers.search({"query": 'name~"twin"', "limit": 3, "expand": ["total_count"]})
    assert (first.object, first.url, first.has_more) == ("search_result", "/v1/customers/search", True)
    assert ([customer.id for customer in first.data], first.total_count) == (made[:3], 7)
    assert [customer.id for customer in first.auto_paging_iter()] == made
    last = account.v1.customers.search({"query": 'name~"twin"'})
    assert (last.has_more, last.next_page, "total_count" in last.to_dict()) == (False, None, False)


def test_what_was_deleted_is_not_found(account: Account, people: dict[str, str]) -> None:
    account.v1.customers.delete(next(iter(people)))
    assert len(account.v1.customers.search({"query": 'email~"example"'}).data) == 2


def test_an_unsupported_field_is_refused_in_stripes_words(account: Account) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.customers.search({"query": 'balance:"5"'})
    assert refused.value.user_message == (
        "Field `balance` is an unsupported search field for resource `customers`. See"
        " http://stripe.com/docs/search#query-fields-for-customers for a list of supported fields."
    )


@pytest.mark.parametrize(
    "query",
    [
        "",
        "email",
        'email:"a',
        'email:"a""b"',
        "email:'a' AND",
        "email:'aaa' AND name:'b' OR phone:'c'",
        "email~'ab'",
        "email>'a'",
        "created~'170'",
        "created:'soon'",
        "metadata:'x'",
        "name[\"x\"]:'y'",
        " ".join(["name:'a'"] * 11),
        "(name:'a')",
        "name:'a'); DROP TABLE objects; --",
    ],
)
def test_what_is_no_query_is_refused(account: Account, query: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.customers.search({"query": query})
    assert (refused.value.http_status, refused.value.param) == (400, "query")


@pytest.mark.parametrize("page", ["nonsense", "MTox0w==", "MTpi", "%00"])
def test_a_made_up_page_is_refused(account: Account, page: str) -> None:
    status, body, _ = raw(account, "GET", f"/v1/customers/search?query=created>1&page={page}")
    assert (status, body["error"]["param"]) == (400, "page")
