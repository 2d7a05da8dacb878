import pytest

from billing.checks import stripe_keys

GOOD = "sk_" + "test_" + 24 * "0"
LIVE = "sk_" + "live_" + 24 * "0"


def ids(check):
    found = list(check())
    assert all(message.hint for message in found)
    return [message.id for message in found]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (GOOD, []),
        (GOOD.replace("sk_", "rk_"), []),
        ("pk_" + "test_" + 24 * "0", ["billing.E001"]),
        ("whsec_" + 24 * "0", ["billing.E001"]),
        (f"'{GOOD}'", ["billing.E001"]),
        (GOOD[:20], ["billing.E002"]),
        (f"{GOOD}\n", ["billing.E002"]),
        (f"{GOOD} {GOOD}", ["billing.E002"]),
        (f"{GOOD}\x00", ["billing.E002"]),
    ],
)
def test_the_secret_key(settings, key, expected):
    settings.STRIPE_SECRET_KEY = key
    assert ids(stripe_keys.check_secret_key) == expected


@pytest.mark.parametrize(
    ("live", "debug", "base", "expected"),
    [
        (True, False, "https://api.stripe.com", []),
        (True, True, "https://api.stripe.com", ["billing.E003"]),
        (True, False, "http://127.0.0.1:12111", ["billing.E004"]),
        (False, True, "http://127.0.0.1:12111", []),
    ],
)
def test_a_live_key_belongs_to_production_and_to_stripe(settings, live, debug, base, expected):
    settings.STRIPE_LIVE_MODE, settings.DEBUG, settings.STRIPE_API_BASE = live, debug, base
    assert ids(stripe_keys.check_live_key) == expected


@pytest.mark.parametrize(
    ("live", "key", "expected"),
    [
        (False, "", []),
        (False, "pk_test_1", []),
        (True, "pk_live_1", []),
        (True, "pk_test_1", ["billing.E005"]),
        (False, "pk_live_1", ["billing.E005"]),
        (False, GOOD, ["billing.E005"]),
    ],
)
def test_the_publishable_key_is_of_the_same_mode(settings, live, key, expected):
    settings.STRIPE_LIVE_MODE, settings.STRIPE_PUBLISHABLE_KEY = live, key
    assert ids(stripe_keys.check_publishable_key) == expected


@pytest.mark.parametrize(
    ("secrets", "expected"),
    [
        (["whsec_a", "whsec_b"], []),
        ([], ["billing.E006"]),
        (["whsec_a", GOOD], ["billing.E007"]),
        (["whsec_a whsec_b"], ["billing.E007"]),
    ],
)
def test_the_signing_secrets(settings, secrets, expected):
    settings.STRIPE_WEBHOOK_SECRETS = secrets
    assert ids(stripe_keys.check_webhook_secrets) == expected


def test_no_message_shows_the_key(settings):
    settings.STRIPE_SECRET_KEY = settings.STRIPE_PUBLISHABLE_KEY = "canary"
    settings.STRIPE_WEBHOOK_SECRETS = ["canary"]
    checks = (stripe_keys.check_secret_key, stripe_keys.check_publishable_key, stripe_keys.check_webhook_secrets)
    messages = [str(message) for check in checks for message in check()]
    assert len(messages) == 3
    assert "canary" not in "".join(messages)


@pytest.mark.usefixtures("settings")
def test_live_mode_without_debug_keeps_the_other_checks(settings):
    settings.STRIPE_SECRET_KEY = LIVE
    assert ids(stripe_keys.check_secret_key) == []
