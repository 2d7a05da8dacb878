"""Sessions of the stream of meter events: their token stands in the place of an API key, for 15 minutes."""

from sandbox.protocol.errors import StripeError, unauthorized
from sandbox.state.store import Store

PATH = "/v2/billing/meter_event_stream"
SESSION, LIFE = "v2.billing.meter_event_session", 900


def check_token(store: Store, header: str, now: int) -> str:
    """The token of a running session; raises 401."""
    token = header.partition(" ")[2].strip()
    with store.lock:
        session = next(iter(store.find(SESSION, tag=token)), None)
    if session is None:
        raise unauthorized("Invalid meter event session token.")
    if session["_"]["expires"] <= now:
        code = "billing_meter_event_session_expired"
        raise StripeError(401, "temporary_session_expired", "The meter event session has expired.", code=code)
    return token
