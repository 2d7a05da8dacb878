import pytest
from django.conf import settings as django_settings

from billing.checks import signin


def ids(check):
    found = list(check())
    assert all(message.hint for message in found)
    return [message.id for message in found]


@pytest.mark.parametrize(
    ("live", "debug", "required", "expected"),
    [
        (True, False, False, ["billing.W030"]),
        (True, False, True, []),
        (True, True, False, []),
        (False, False, False, []),
    ],
)
def test_live_money_without_a_second_factor(settings, live, debug, required, expected):
    settings.STRIPE_LIVE_MODE, settings.DEBUG, settings.STAFF_MFA_REQUIRED = live, debug, required
    assert ids(signin.check_second_factor_is_required) == expected


@pytest.mark.parametrize(("idle", "longest", "expected"), [(1800, 43200, []), (60, 60, []), (61, 60, ["billing.W031"])])
def test_sessions_that_never_end_for_being_idle(settings, idle, longest, expected):
    settings.SESSION_IDLE_SECONDS, settings.SESSION_MAX_SECONDS = idle, longest
    assert ids(signin.check_sessions_run_out) == expected


@pytest.mark.parametrize(
    ("header", "proxies", "expected"),
    [(None, 0, []), (("HTTP_X_FORWARDED_PROTO", "https"), 1, []), (("X", "https"), 0, ["billing.W032"])],
)
def test_a_proxy_that_hides_who_comes(settings, header, proxies, expected):
    settings.SECURE_PROXY_SSL_HEADER = header
    settings.REST_FRAMEWORK = {**django_settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    assert ids(signin.check_addresses_are_told_apart) == expected
