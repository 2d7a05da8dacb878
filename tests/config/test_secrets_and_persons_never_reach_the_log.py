"""One line of every kind that we and the libraries write, with canaries in it, through the real configuration."""

import io
import json
import logging
import logging.config
import time

import pytest
import structlog
from django.conf import settings

from audit.redaction import REDACTED, is_card_number, redact, redact_text
from config.logging import configure

CANARIES = [
    "sk_" + "live_51CanaryCanary",
    "sk_" + "test_51CanaryCanary",
    "rk_" + "live_51CanaryCanary",
    "whsec_" + "CanaryCanary+/=",
    "ch_" + "live_Canary-Canary_1",
    "ch_" + "test_Canary-Canary_2",
    "pi_3N_secret_" + "CanaryCanary",
    "Bearer CanaryCanary.token~1",
    "Basic Q2FuYXJ5Q2FuYXJ5",
    "postgres://app_rw:CanaryPassword@db.example.com:5432/ch",
    "4242 4242 4242 4242",
    "4242-4242-4242-4242",
    "378282246310005",
    "Canary.Person+tag@example.co.uk",
    "canary%40example.com",
]
TRACES = ["Canary", "canary", "42424242", "4242 4242", "4242-4242", "378282246310005", "Q2FuYXJ5"]


@pytest.fixture(params=[True, False], ids=["console", "json"])
def log(request):
    """What the handlers of the real configuration write, as text."""
    stream = io.StringIO()
    configuration = configure(debug=request.param, level="DEBUG")
    configuration["handlers"]["stderr"]["stream"] = stream
    logging.config.dictConfig(configuration)
    yield stream
    logging.config.dictConfig(configure(debug=settings.DEBUG, level=settings.LOG_LEVEL))


def clean(stream: io.StringIO) -> bool:
    text = stream.getvalue()
    return bool(text) and not [trace for trace in TRACES if trace in text]


@pytest.mark.parametrize("canary", CANARIES)
def test_in_the_event_in_a_field_and_deep_inside_one(log, canary):
    structlog.get_logger("ours").warning(f"failed for {canary}.", field=canary, deep=[{"a": (canary, {canary: 1})}])
    assert clean(log)


@pytest.mark.parametrize("canary", CANARIES)
def test_in_a_line_of_a_library_with_its_arguments_and_extras(log, canary):
    logging.getLogger("library").error("could not use %s", canary, extra={"request": f"<GET /?q={canary}>"})
    assert clean(log)


@pytest.mark.parametrize("secret", CANARIES)
def test_in_a_traceback(log, secret):
    def fail(secret):
        raise ValueError(secret)

    for logger in (structlog.get_logger("ours"), logging.getLogger("library")):
        try:
            fail(secret)
        except ValueError:
            logger.exception("failed")
    assert log.getvalue().count("ValueError: ") == 2
    assert clean(log)


@pytest.mark.parametrize("name", ["password", "Authorization", "HTTP_COOKIE", "sessionkey", "token", "client_secret"])
def test_whatever_stands_in_a_field_of_that_name(log, name):
    structlog.get_logger("ours").info("signed in", **{name: "Canary"}, headers={name: ["Canary"]})
    assert clean(log)


def test_a_card_number_that_is_a_number(log):
    structlog.get_logger("ours").info("charged", number=4242424242424242)
    assert clean(log)


@pytest.mark.parametrize(
    "harmless",
    ["sub_1PQ", "ch_3NtQ", "pk_live_51H", "evt_123", "org_0197", "4242424242424241", "1763648000000", "12.50", "a @ b"],
)
def test_what_is_no_secret_stays(harmless):
    assert redact_text(harmless) == harmless


def test_what_stands_around_a_secret_stays():
    assert redact_text("GET /customers?email=some.one@example.com&page=2") == "GET /customers?email=[email]&page=2"


def test_numbers_flags_and_nothing_keep_their_types():
    assert redact({"amount": 2900, "ok": True, "none": None, "ratio": 0.5}) == {
        "amount": 2900,
        "ok": True,
        "none": None,
        "ratio": 0.5,
    }


def test_a_structure_that_contains_itself_ends():
    endless: list[object] = []
    endless.append(endless)
    assert REDACTED in str(redact(endless))


def test_a_very_long_line_takes_linear_time():
    started = time.process_time()
    redact_text("a" * 1_000_000)
    assert time.process_time() - started < 5


def test_the_check_digit_decides_what_is_a_card():
    assert is_card_number("5555555555554444")
    assert not is_card_number("5555555555554445")


def test_production_lines_are_json_with_level_logger_and_time():
    stream = io.StringIO()
    configuration = configure(debug=False, level="INFO")
    configuration["handlers"]["stderr"]["stream"] = stream
    logging.config.dictConfig(configuration)
    structlog.get_logger("billing.inbox").info("webhook_received", type="invoice.paid")
    logging.config.dictConfig(configure(debug=settings.DEBUG, level=settings.LOG_LEVEL))
    line = json.loads(stream.getvalue())
    assert {
        "event": "webhook_received",
        "type": "invoice.paid",
        "level": "info",
        "logger": "billing.inbox",
    }.items() <= (line.items())
    assert line["timestamp"].endswith("Z")
