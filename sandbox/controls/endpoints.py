"""Webhook endpoints with a chosen secret, and the rolling of a secret."""

from sandbox.application import Account
from sandbox.context import Context
from sandbox.controls.checks import checked, whole, words
from sandbox.jsons import Json, public
from sandbox.nouns.account.webhook_endpoints import check_endpoint, forget_endpoint, make_endpoint, new_secret
from sandbox.protocol.errors import invalid

MAX_OVERLAP = 86_400
"""Seconds that an old secret may go on to count: Stripe's dashboard offers up to 24 hours."""
_FIELDS = ("url", "secret", "enabled_events", "description", "metadata", "api_version")


def make(account: Account, given: Json) -> Json:
    """{"url", "secret", "enabled_events"}: an endpoint with a chosen secret, in place of one with the same URL."""
    for name in given:
        if name not in _FIELDS:
            raise invalid(f"Received unknown parameter: {name}", name, "parameter_unknown")
    secret = given.get("secret")
    if not isinstance(secret, str) or not secret.startswith("whsec_"):
        raise invalid("secret must start with whsec_", "secret")
    wanted = {"enabled_events": ["*"], **given}
    check_endpoint(wanted)
    with account.store.transaction():
        ctx = Context(account.store, account.clock.now, account.settings)
        for old in ctx.store.find("webhook_endpoint"):
            if old["url"] == wanted["url"]:
                forget_endpoint(ctx, old["id"])
        made = make_endpoint(ctx, wanted, secret)
    account.delivery.wake()
    return {**public(made), "secret": secret}


def roll(account: Account, given: Json, endpoint_id: str) -> Json:
    """{"expires_in": seconds of the clock, "secret"}: a new secret; until then both sign, as when it is rolled in
    Stripe's dashboard. 0: the old one ends at once."""
    given = checked(given, {"expires_in": whole(0, MAX_OVERLAP), "secret": words})
    with account.store.transaction():
        ctx = Context(account.store, account.clock.now, account.settings)
        endpoint = ctx.load("webhook_endpoint", endpoint_id)
        until = ctx.now + given.get("expires_in", 0)
        kept = [entry for entry in endpoint["_"].get("former", []) if entry[1] > ctx.now]
        former = [[endpoint["_"]["secret"], until], *kept] if until > ctx.now else kept
        secret = given.get("secret") or new_secret(ctx)
        ctx.store.put({**endpoint, "_": {**endpoint["_"], "secret": secret, "former": former}})
    return {**public(endpoint), "secret": secret, "former_expires_at": until}
