"""In production a limit or a header that somebody switched off for a test is a warning, by its variable's name."""

import pytest
from django.core.checks import Tags, run_checks

from billing.checks.hardening import check_nothing_is_switched_off

CODES = {
    "RATE_LIMIT_ENABLED": "billing.W008",
    "SECURITY_HEADERS_ENABLED": "billing.W009",
    "CSP_ENABLED": "billing.W010",
}


def found() -> list[str | None]:
    return [message.id for message in check_nothing_is_switched_off()]


def test_left_alone_there_is_nothing_to_say():
    assert found() == []


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_each_is_named(settings, name, code):
    setattr(settings, name, False)
    (message,) = check_nothing_is_switched_off()
    assert message.id == code
    assert message.msg.startswith(f"{name} is false: ")
    assert name in str(message.hint)


def test_all_of_them_are_found_at_once(settings):
    for name in CODES:
        setattr(settings, name, False)
    assert found() == list(CODES.values())


def test_they_are_asked_about_for_a_deployment_alone(settings):
    settings.RATE_LIMIT_ENABLED = False
    ids = [{message.id for message in run_checks(tags=[Tags.security], include_deployment_checks=d)} for d in (0, 1)]
    assert ["billing.W008" in each for each in ids] == [False, True]
