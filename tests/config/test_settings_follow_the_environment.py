"""What an operator sets decides; what is left out is safe in production, and a mistake stops the start by its name."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.architecture.sources import ROOT

LIVE = "sk_" + "live_" + 24 * "0"
TEST = "sk_" + "test_" + 24 * "0"
LEAST = {
    "SECRET_KEY": "x" * 50,
    "DATABASE_URL": "postgres://app_rw:secret@db/ch",
    "CELERY_BROKER_URL": "redis://redis:6379/0",
    "STRIPE_SECRET_KEY": TEST,
}
Settings = dict[str, Any]


@pytest.fixture(scope="module")
def reader() -> Iterator[subprocess.Popen[str]]:
    """A process that reads the settings once a line: the settings of this process stay as they are."""
    command = [sys.executable, "-W", "error", str(ROOT / "tests" / "config" / "reading.py")]
    environment = {"PATH": os.environ["PATH"]}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def settings_of(reader: subprocess.Popen[str]) -> Callable[..., Settings]:
    """The settings for the least environment and these; None leaves a variable out."""

    def read(**more: str | None) -> Settings:
        environment = {name: value for name, value in {**LEAST, **more}.items() if value is not None}
        assert reader.stdin is not None
        assert reader.stdout is not None
        reader.stdin.write(json.dumps(environment) + "\n")
        reader.stdin.flush()
        return json.loads(reader.stdout.readline())

    return read


def part(found: Settings, *names: str) -> list[object]:
    return [found[name] for name in names]


def test_four_variables_are_enough(settings_of):
    found = settings_of()
    assert "stopped" not in found
    assert part(found, "ENVIRONMENT", "RELEASE", "DEBUG") == ["development", "unreleased", False]


@pytest.mark.parametrize("name", LEAST)
@pytest.mark.parametrize("value", [None, ""])
def test_without_one_of_them_it_does_not_start(settings_of, name: str, value: str | None):
    assert settings_of(**{name: value}) == {"stopped": f"{name} is not set. See .env.example for what it means."}


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("DEBUG", "perhaps", "DEBUG is 'perhaps'; write true or false."),
        ("HTTPS_ONLY", "2", "HTTPS_ONLY is '2'; write true or false."),
        ("DATABASE_CONN_MAX_AGE", "long", "DATABASE_CONN_MAX_AGE is 'long'; write a whole number."),
        ("CACHE_MAX_AGE", "0", "CACHE_MAX_AGE is 0; the least is 1."),
        ("STRIPE_TIMEOUT_SECONDS", "0", "STRIPE_TIMEOUT_SECONDS is 0; the least is 1."),
        ("STRIPE_BULK_TIMEOUT_SECONDS", "-5", "STRIPE_BULK_TIMEOUT_SECONDS is -5; the least is 1."),
        ("RATE_LIMIT_REQUESTS", "0", "RATE_LIMIT_REQUESTS is 0; the least is 1."),
        ("RATE_LIMIT_USAGE_REQUESTS", "0", "RATE_LIMIT_USAGE_REQUESTS is 0; the least is 1."),
        ("RATE_LIMIT_WINDOW", "1h", "RATE_LIMIT_WINDOW is '1h'; write a whole number."),
        ("NUM_PROXIES", "-1", "NUM_PROXIES is -1; the least is 0."),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is 'LOUD'; write one of DEBUG, INFO, WARNING, ERROR, CRITICAL."),
        (
            "DATABASE_URL",
            "sqlite:///db.sqlite3",
            "DATABASE_URL must be a postgres:// URL; PostgreSQL 15 or newer is the only database.",
        ),
        ("SECRET_KEY_FILE", "/nowhere", "SECRET_KEY_FILE: cannot read /nowhere: No such file or directory"),
    ],
)
def test_a_mistake_stops_the_start(settings_of, variable: str, value: str, sentence: str):
    assert settings_of(**{variable: value}) == {"stopped": sentence}


def test_a_process_that_cannot_start_says_why_and_shows_no_secret():
    environment = {"PATH": os.environ["PATH"], **LEAST, "SECRET_KEY": "canary" * 10, "HTTPS_ONLY": "perhaps"}
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("ImproperlyConfigured: HTTPS_ONLY is 'perhaps'; write true or false.")
    assert "canary" not in done.stderr


class TestSecurity:
    def test_left_alone_it_is_strict(self, settings_of):
        found = settings_of()
        assert part(found, "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE") == [True] * 3
        assert found["SECURE_HSTS_SECONDS"] == 31_536_000
        assert part(found, "STAFF_MFA_REQUIRED", "SESSION_COOKIE_HTTPONLY", "X_FRAME_OPTIONS") == [True, True, "DENY"]
        assert found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["object-src"] == ["'none'"]
        assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1"]

    def test_in_development_nothing_asks_for_tls(self, settings_of):
        found = settings_of(DEBUG="true")
        assert part(found, "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS") == [False, False, 0]

    @pytest.mark.parametrize("debug", ["true", "false"])
    @pytest.mark.parametrize(("https", "expected"), [("true", True), ("false", False)])
    def test_https_may_be_decided_apart(self, settings_of, debug: str, https: str, expected: bool):
        assert settings_of(DEBUG=debug, HTTPS_ONLY=https)["SECURE_SSL_REDIRECT"] is expected

    def test_without_headers_there_is_none_of_them(self, settings_of):
        found, usual = settings_of(SECURITY_HEADERS_ENABLED="false"), settings_of()
        assert found["SECURE_HSTS_SECONDS"] == 0
        names = ("SECURE_REFERRER_POLICY", "SECURE_CROSS_ORIGIN_OPENER_POLICY", "SECURE_CONTENT_TYPE_NOSNIFF")
        assert part(found, *names, "PERMISSIONS_POLICY") == [None, None, False, {}]
        assert part(usual, *names) == ["strict-origin-when-cross-origin", "same-origin", True]
        frames = "django.middleware.clickjacking.XFrameOptionsMiddleware"
        assert set(usual["MIDDLEWARE"]) - set(found["MIDDLEWARE"]) == {frames}

    def test_a_webhook_and_a_probe_are_never_redirected(self, settings_of):
        found = settings_of()
        assert found["SECURE_REDIRECT_EXEMPT"] == ["^api/", "^metrics$"]
        assert found["APPEND_SLASH"] is False

    @pytest.mark.parametrize(("given", "expected"), [("true", ["HTTP_X_FORWARDED_PROTO", "https"]), ("false", None)])
    def test_a_proxy_is_believed_only_where_there_is_one(self, settings_of, given: str, expected: object):
        assert settings_of(BEHIND_PROXY=given)["SECURE_PROXY_SSL_HEADER"] == expected
        assert settings_of()["SECURE_PROXY_SSL_HEADER"] is None

    def test_the_content_policy_may_be_switched_off(self, settings_of):
        assert settings_of(CSP_ENABLED="false")["CONTENT_SECURITY_POLICY"] is None

    def test_scripts_and_styles_need_a_nonce(self, settings_of):
        directives = settings_of()["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
        assert not [one for value in directives.values() for one in value if "unsafe" in one or "*" in one]

    def test_keys_that_encrypt_are_a_list_newest_first(self, settings_of):
        assert settings_of(ENCRYPTION_KEY="new, old")["ENCRYPTION_KEYS"] == ["new", "old"]
        assert settings_of()["ENCRYPTION_KEYS"] == []


class TestDatabase:
    def test_serving_it_is_the_ordinary_role(self, settings_of):
        found = settings_of(DIRECT_URL="postgres://app_owner:secret@direct/ch")["DATABASES"]["default"]
        assert part(found, "USER", "HOST") == ["app_rw", "db"]

    def test_migrating_it_is_the_owner_straight(self, settings_of):
        direct = "postgres://app_owner:secret@direct/ch"
        found = settings_of(DIRECT_URL=direct, COUNTINGHOUSE_DATABASE_ROLE="owner")["DATABASES"]["default"]
        assert part(found, "USER", "HOST") == ["app_owner", "direct"]

    @pytest.mark.parametrize("direct", [None, ""])
    def test_without_a_straight_address_there_is_one_for_both(self, settings_of, direct: str | None):
        found = settings_of(DIRECT_URL=direct, COUNTINGHOUSE_DATABASE_ROLE="owner")
        assert found["DIRECT_URL"] == found["DATABASE_URL"] == LEAST["DATABASE_URL"]
        assert found["DATABASES"]["default"]["USER"] == "app_rw"

    def test_a_mistake_in_the_straight_address_is_named_when_it_is_used(self, settings_of):
        assert "stopped" not in settings_of(DIRECT_URL="mysql://x")
        found = settings_of(DIRECT_URL="mysql://x", COUNTINGHOUSE_DATABASE_ROLE="owner")
        assert found["stopped"].startswith("DIRECT_URL must be a postgres:// URL")

    def test_a_pooler_in_transaction_mode_is_allowed(self, settings_of):
        found = settings_of(DATABASE_CONN_MAX_AGE="0")["DATABASES"]["default"]
        assert part(found, "DISABLE_SERVER_SIDE_CURSORS", "CONN_MAX_AGE", "ATOMIC_REQUESTS") == [True, 0, False]


class TestStripe:
    @pytest.mark.parametrize(
        ("key", "live"), [(LIVE, True), (LIVE.replace("sk_", "rk_"), True), (TEST, False), (TEST[:8] + "live_", False)]
    )
    def test_the_key_decides_whose_money_it_is(self, settings_of, key: str, live: bool):
        found = settings_of(STRIPE_SECRET_KEY=key)
        assert found["STRIPE_LIVE_MODE"] is live
        assert found["STRIPE_LIVE_SECRET_KEY"] == (key if live else "")
        assert found["STRIPE_TEST_SECRET_KEY"] == ("" if live else key)

    @pytest.mark.parametrize("base", [None, ""])
    def test_it_is_stripe_itself_unless_another_address_is_given(self, settings_of, base: str | None):
        """An empty address, as in a copied .env.example, must not send requests nowhere."""
        found = settings_of(STRIPE_API_BASE=base)
        assert found["STRIPE_API_BASE"] == "https://api.stripe.com"
        assert "STRIPE_API_HOST" not in found

    def test_both_libraries_talk_to_the_stand_in(self, settings_of):
        found = settings_of(STRIPE_API_BASE="http://127.0.0.1:12111")
        assert part(found, "STRIPE_API_BASE", "STRIPE_API_HOST") == ["http://127.0.0.1:12111"] * 2

    def test_while_secrets_rotate_both_are_known(self, settings_of):
        assert settings_of(STRIPE_WEBHOOK_SECRET="whsec_new,whsec_old")["STRIPE_WEBHOOK_SECRETS"] == [
            "whsec_new",
            "whsec_old",
        ]


class TestBroker:
    def test_on_redis(self, settings_of):
        found = settings_of()
        assert part(found, "CELERY_BROKER_ON_POSTGRES", "CELERY_WORKER_ENABLE_REMOTE_CONTROL") == [False, True]
        options = found["CELERY_BROKER_TRANSPORT_OPTIONS"]
        assert (options["visibility_timeout"], options["socket_connect_timeout"]) == (3600, 2)
        assert options["max_retries"] == 0

    def test_on_postgresql(self, settings_of):
        url = "pgmq://app_broker:secret@db:5432/ch"
        found = settings_of(CELERY_BROKER_URL=url)
        assert part(found, "CELERY_BROKER_ON_POSTGRES", "CELERY_WORKER_ENABLE_REMOTE_CONTROL") == [True, False]
        options = found["CELERY_BROKER_TRANSPORT_OPTIONS"]
        assert options["conn_string"] == "postgresql://app_broker:secret@db:5432/ch"
        assert options["init_extension"] is False, "an extension would need rights that its role has not"

    def test_a_task_that_was_interrupted_comes_back(self, settings_of):
        found = settings_of()
        assert part(found, "CELERY_TASK_ACKS_LATE", "CELERY_TASK_REJECT_ON_WORKER_LOST") == [True, True]
        assert found["CELERY_TASK_PUBLISH_RETRY"] is False


class TestStaticFiles:
    @pytest.mark.parametrize(
        ("debug", "manifest", "hashed"),
        [("false", None, True), ("true", None, False), ("false", "false", False), ("true", "true", True)],
    )
    def test_names_carry_a_hash_in_production(self, settings_of, debug: str, manifest: str | None, hashed: bool):
        found = settings_of(DEBUG=debug, STATIC_MANIFEST=manifest)
        assert ("Manifest" in found["STORAGES"]["staticfiles"]["BACKEND"]) is hashed

    def test_they_lie_where_it_is_said(self, settings_of):
        assert settings_of(STATIC_ROOT="/srv/static")["STATIC_ROOT"] == "/srv/static"
        assert settings_of()["STATIC_ROOT"] == str(ROOT / "var" / "static")


class TestTheRest:
    @pytest.mark.parametrize(("given", "expected"), [(None, 3600), ("60", 60)])
    def test_a_cache_forgets(self, settings_of, given: str | None, expected: int):
        assert settings_of(CACHE_MAX_AGE=given)["CACHES"]["default"]["TIMEOUT"] == expected

    def test_a_cache_without_an_address_is_a_table(self, settings_of):
        found = settings_of()["CACHES"]["default"]
        assert found["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"

    @pytest.mark.parametrize(
        ("name", "default"),
        [
            ("BILLING_ENABLED", True),
            ("ACCEPT_NEW_PAYMENTS", True),
            ("PAYMENT_MAINTENANCE", False),
            ("RATE_LIMIT_ENABLED", True),
        ],
    )
    def test_a_switch_stands_as_documented_and_turns(self, settings_of, name: str, default: bool):
        assert settings_of()[name] is default
        assert settings_of(**{name: str(not default)})[name] is not default

    def test_the_currency_of_reports_is_written_small(self, settings_of):
        assert settings_of(REPORTING_CURRENCY="EUR")["REPORTING_CURRENCY"] == "eur"

    def test_levels_may_be_written_small(self, settings_of):
        assert settings_of(LOG_LEVEL="warning")["LOG_LEVEL"] == "WARNING"

    def test_times_are_utc_whatever_the_reports_use(self, settings_of):
        found = settings_of(REPORTING_TIME_ZONE="Europe/Berlin")
        assert part(found, "USE_TZ", "TIME_ZONE", "CELERY_TIMEZONE") == [True, "UTC", "UTC"]
        assert found["REPORTING_TIME_ZONE"] == "Europe/Berlin"


def test_the_example_copied_as_it_is_changes_no_default(settings_of):
    """Lines without a value, as they stand in .env.example, must mean what leaving them out means."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    empty = [line[:-1] for line in lines if line.endswith("=") and not line.startswith("#") and line[:-1] not in LEAST]
    assert len(empty) > 3
    assert settings_of(**dict.fromkeys(empty, "")) == settings_of()
