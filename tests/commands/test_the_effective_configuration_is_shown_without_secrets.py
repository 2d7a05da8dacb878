import io
import json

import pytest
from django.core.management import call_command

from billing.management.commands.check_config import effective, redacted, without_password
from tests.architecture.test_every_variable_is_documented import all_variables

pytestmark = pytest.mark.django_db  # dj-stripe's own checks ask the database


@pytest.fixture
def fine(settings):
    settings.STRIPE_SECRET_KEY = "sk_test_" + "canary" * 6
    settings.SECRET_KEY = "canary" * 12
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_canary", "whsec_canary2"]
    settings.DATABASE_URL = "postgres://app_rw:canary@127.0.0.1/ch"


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("check_config", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("fine")
@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_no_secret_is_printed(arguments):
    shown = run(*arguments)
    assert "sk_test_" in shown
    assert "canary" not in shown


@pytest.mark.usefixtures("fine")
def test_json_has_every_variable_and_no_error():
    report = json.loads(run("--json"))
    assert [problem for problem in report["problems"] if problem["level"] == "error"] == []
    assert report["settings"]["STRIPE_WEBHOOK_SECRET"] == "set (whsec_…), set (whsec_…)"
    assert report["settings"]["DATABASE_URL"] == "postgres://app_rw:…@127.0.0.1/ch"
    assert report["settings"]["SENTRY_DSN"] == "missing"
    assert report["settings"]["CSP_ENABLED"] is True


def test_every_variable_that_the_settings_read_is_there():
    assert set(effective()) == all_variables()


@pytest.mark.usefixtures("fine")
def test_a_mistake_is_shown_with_its_hint_and_the_exit_status_is_1(settings):
    settings.STRIPE_WEBHOOK_SECRETS = []
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_config", stdout=out)
    assert ended.value.code == 1
    assert "error billing.E006: STRIPE_WEBHOOK_SECRET is not set" in out.getvalue()
    assert "Copy the signing secret" in out.getvalue()


def test_what_kinds_of_values_show():
    assert redacted("") == redacted([]) == redacted([""]) == "missing"
    assert redacted("anything") == "set"
    assert redacted("rk_" + "live_abc") == "set (rk_live_…)"
    assert without_password("redis://:word@host:1/0") == "redis://:…@host:1/0"
    assert without_password("redis://host:1/0") == "redis://host:1/0"
