"""Money, times, ids and errors look the same in every answer: clients parse them once."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import orjson
import pytest
from django.core.exceptions import RequestDataTooBig
from django.utils.functional import lazystr
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from billing.api.ids import IdConverter, id_parameter, not_found
from billing.api.meta import plain
from billing.api.money import MoneyField, money
from billing.api.outcomes import accepted, outcome_of, problem_of
from billing.api.problem import Problem, document
from billing.api.rendering import JSONParser, to_json
from billing.api.switches import _is_switched
from billing.models import StripeCommand
from billing.queries.subscriptions import NoSubscription, SubscriptionAmbiguous
from billing.services.errors import Cannot, OutcomeUnknown, PaymentDeclined, StripeRefused, StripeUnavailable

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (datetime(2026, 3, 1, 12, tzinfo=UTC), b'"2026-03-01T12:00:00Z"'),
        (datetime(2026, 3, 1, 12, 0, 0, 999_999, tzinfo=UTC), b'"2026-03-01T12:00:00Z"'),
        (datetime(2026, 7, 1, 12, tzinfo=BERLIN), b'"2026-07-01T12:00:00+02:00"'),
        (date(2026, 3, 1), b'"2026-03-01"'),
        (Decimal("1.50"), b'"1.50"'),
        (Decimal("0.000000000001"), b'"1E-12"'),
        (lazystr("later"), b'"later"'),
        ({1: "a"}, b'{"1":"a"}'),
        (None, b"null"),
        ("ä€😀", '"ä€😀"'.encode()),
        ([], b"[]"),
    ],
)
def test_values(value, written):
    assert to_json(value) == written


def test_what_has_no_form_is_a_fault_and_not_a_guess():
    with pytest.raises(TypeError):
        to_json({"x": object()})
    with pytest.raises(TypeError):
        to_json({1, 2})


def read(body: bytes):
    return JSONParser().parse(BytesIO(body))


@pytest.mark.parametrize(("body", "value"), [(b"", {}), (b" \n", {}), (b"{}", {}), (b"[1]", [1]), (b"null", None)])
def test_an_empty_body_is_an_empty_object(body, value):
    assert read(body) == value


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{'a': 1}",
        b"{a: 1}",
        b"[NaN]",
        b"[Infinity]",
        b'"\\ud800"',
        b"\xff",
        b"[1,]",
        b"[" * 2000,
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_no_json_is_told_so(body):
    with pytest.raises(ParseError) as refused:
        read(body)
    assert refused.value.get_codes() == "malformed_json"
    assert str(refused.value.detail).startswith("The body is not valid JSON: ")


class Shown(serializers.Serializer):
    total = MoneyField()


@pytest.mark.parametrize(
    ("amount", "currency"), [(0, "usd"), (2900, "usd"), (-2900, "eur"), (5000, "jpy"), (10**15, "kwd"), (1, "clf")]
)
def test_money_is_minor_units_beside_their_currency(amount, currency):
    shown = Shown(SimpleNamespace(total=amount, currency=currency)).data
    assert shown == {"total": {"amount": amount, "currency": currency}} == {"total": money(amount, currency)}


def test_no_amount_is_null_and_not_nought():
    assert Shown(SimpleNamespace(total=None, currency="usd")).data == {"total": None}


def test_money_is_never_read():
    given = Shown(data={"total": 5})
    assert given.is_valid()
    assert given.validated_data == {}


@pytest.mark.parametrize(
    ("limit", "text"),
    [("1000", "1000"), ("1E+3", "1000"), ("1000.000000000000", "1000"), ("0.50", "0.5"), ("0", "0"), ("100.0", "100")],
)
def test_limits_are_plain_numbers(limit, text):
    assert plain(Decimal(limit)) == text


@given(st.decimals(min_value=0, max_value=10**15, places=6))
def test_a_plain_number_is_the_same_number(limit):
    assert Decimal(plain(limit)) == limit
    assert "E" not in plain(limit)


GOOD_IDS = ["a", "in_1", "sub_1NXabc", "org_0198", "_", "9", "x" * 255]
BAD_IDS = ["a-b", "a.b", "a b", "a/b", "ä", "a\x00", "a\n", "../x", "x" * 256, "%61", "a'--", "１"]


@pytest.mark.parametrize("text", GOOD_IDS)
def test_an_id_is_passed_on_as_it_is(text):
    assert id_parameter(Request(APIRequestFactory().get("/", {"invoice": text})), "invoice") == text
    assert IdConverter().to_python(text) == IdConverter().to_url(text) == text


@pytest.mark.parametrize("text", BAD_IDS)
def test_anything_else_is_no_id(text):
    with pytest.raises(Problem) as refused:
        id_parameter(Request(APIRequestFactory().get("/", {"invoice": text})), "invoice")
    assert (refused.value.code, refused.value.status_code) == ("invalid_id", 400)
    assert str(refused.value.detail) == "invoice is not an id."


def test_no_id_is_no_question():
    assert id_parameter(Request(APIRequestFactory().get("/")), "invoice") == ""


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["a-b", "a.b", "%20", "a%2Fb", "%C3%A4", "x" * 256, "a%00"])
@pytest.mark.parametrize("path", ["billing/invoices/", "api-keys/"])
def test_in_an_address_it_is_a_route_that_does_not_exist(api, path, text):
    answer = api.get(path + text)
    assert (answer.status_code, answer.json()["code"]) == (404, "route_not_found")


@pytest.mark.parametrize("noun", ["invoice", "API key", "subscription"])
def test_what_is_not_there_is_named(noun):
    missing = not_found(noun)
    assert (missing.code, missing.status_code) == ("not_found", 404)
    assert str(missing.detail) == f"There is no such {noun}."


@pytest.mark.parametrize(
    ("status", "title"),
    [(400, "Bad Request"), (401, "Unauthorized"), (402, "Payment Required"), (404, "Not Found"), (409, "Conflict"),
     (422, "Unprocessable Entity"), (429, "Too Many Requests"), (503, "Service Unavailable")],
)  # fmt: skip
def test_a_problem_document_is_rfc_9457(status, title):
    made = document("some_code", "Do this.", status, "/api/v1/x", decline_code="expired_card")
    assert made == {
        "type": "urn:countinghouse:problem:some_code",
        "title": title,
        "status": status,
        "detail": "Do this.",
        "code": "some_code",
        "instance": "/api/v1/x",
        "request_id": "",
        "decline_code": "expired_card",
    }


RAISED = [
    (PaymentDeclined("Your card was declined.", decline_code="do_not_honor"), "card_declined", 402),
    (StripeUnavailable("Stripe does not answer; try again."), "stripe_unavailable", 503),
    (StripeRefused("No such price.", code="resource_missing"), "resource_missing", 422),
    (StripeRefused("No."), "stripe_refused", 422),
    (Cannot("Not now."), "refused", 409),
    (NoSubscription("There is none."), "no_subscription", 404),
    (SubscriptionAmbiguous("There are two."), "subscription_ambiguous", 409),
    (RequestDataTooBig("x"), "too_large", 413),
]


@pytest.mark.parametrize(("error", "code", "status"), RAISED, ids=[code for _, code, _ in RAISED])
def test_what_services_raise_is_a_problem(error, code, status):
    problem = problem_of(error)
    assert (problem.code, problem.status_code) == (code, status)
    assert str(problem.detail)
    assert problem.members == ({"decline_code": "do_not_honor"} if code == "card_declined" else {})


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), RuntimeError("x"), LookupError("x"), OSError()])
def test_anything_else_is_a_fault_of_ours(error):
    assert problem_of(error) is None


def command(status: str, **fields) -> StripeCommand:
    return StripeCommand(public_id="cmd_1", operation="subscriptions.update", status=status, **fields)


def test_a_command_that_was_carried_out_passes():
    assert outcome_of(command("done")) is None


@pytest.mark.parametrize("status", ["pending", "unknown"])
def test_one_without_an_outcome_is_still_accepted(status):
    with pytest.raises(OutcomeUnknown) as unknown:
        outcome_of(command(status))
    shown = orjson.loads(to_json(accepted(unknown.value.command)))
    assert shown == {"command": {"id": "cmd_1", "operation": "subscriptions.update", "status": status}}


def test_one_that_failed_says_again_why():
    with pytest.raises(PaymentDeclined, match="Insufficient funds") as declined:
        outcome_of(command("failed", error_message="Insufficient funds.", decline_code="insufficient_funds"))
    assert declined.value.decline_code == "insufficient_funds"
    with pytest.raises(StripeRefused, match="No such price") as refused:
        outcome_of(command("failed", error_message="No such price.", error_code="resource_missing"))
    assert refused.value.code == "resource_missing"


@pytest.mark.parametrize(
    ("path", "switched"),
    [
        ("/api/v1/billing", True),
        ("/api/v1/billing/", True),
        ("/api/billing/invoices", True),
        ("/billing", True),
        ("/billing/anything", True),
        ("/api/v1/billing/health", False),
        ("/api/billing/health/", False),
        ("/api/v1/billing/webhooks/stripe", False),
        ("/api/v1/billing/webhooks/stripe/", False),
        ("/api/v1/billing/webhooks/other", True),
        ("/api/v1/billing/healthy", True),
        ("/api/v1/billing/health/x", True),
        ("/api/v1/billings", False),
        ("/api/v2/billing", False),
        ("/api/v1/usage/events", False),
        ("/admin/billing/invoice/", False),
        ("/x/api/v1/billing", False),
    ],
)
def test_which_addresses_the_switch_turns_off(path, switched):
    assert _is_switched(path) is switched


@given(st.datetimes(datetime(1970, 1, 1), datetime(2999, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001 - made aware
def test_a_written_time_is_the_instant_to_the_second(naive, hours):
    instant = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    read_back = datetime.fromisoformat(orjson.loads(to_json(instant)))
    assert read_back == instant.replace(microsecond=0)
