"""The sandbox in Stripe's place, and the webhook endpoint that it delivers to."""

import http.client
import json
import sys
from typing import Any
from urllib.parse import urlencode

from deploy.embedded.failure import CannotStart
from deploy.embedded.home import Home
from deploy.embedded.installation import Installation
from deploy.embedded.log_tail import tail
from deploy.embedded.ports import LOOPBACK, is_free
from deploy.embedded.processes import Processes
from deploy.embedded.waiting import until

WEBHOOK_PATH = "/api/v1/webhooks/stripe"
_START_SECONDS = 30.0


def start(home: Home, processes: Processes, environment: dict[str, str], port: int) -> None:
    """Start the sandbox and wait until it listens. Raises CannotStart with the end of its log."""
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--state", str(home.sandbox)]
    child = processes.start("sandbox", command, environment)
    until(lambda: child.ended() or not is_free(port), seconds=_START_SECONDS)
    if child.ended() or is_free(port):
        raise CannotStart(f"The sandbox did not start. The end of {child.log}:\n{tail(child.log)}")


def signing_secret(installation: Installation, port: int, deliver_to: str) -> str:
    """The signing secret of the endpoint at `deliver_to`, made on the first start and moved on later ones.

    Stripe shows an endpoint's secret once, when it is made: so we keep it.
    """
    known = installation.recall("webhook_endpoint") or {}
    if known:
        status, _ = _post(installation, port, f"/v1/webhook_endpoints/{known['id']}", {"url": deliver_to})
        if status == 200:
            return str(known["secret"])
    status, made = _post(installation, port, "/v1/webhook_endpoints", {"url": deliver_to, "enabled_events[]": "*"})
    if status != 200:
        raise CannotStart(f"The sandbox refused a webhook endpoint: {made.get('error', made)}")
    installation.remember("webhook_endpoint", {"id": made["id"], "secret": made["secret"]})
    return str(made["secret"])


def _post(installation: Installation, port: int, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
    headers = {
        "Authorization": f"Bearer {installation.stripe_secret_key}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        connection.request("POST", path, urlencode(form), headers)
        response = connection.getresponse()
        return response.status, dict(json.loads(response.read()))
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise CannotStart(f"The sandbox did not answer {path}: {error}") from error
    finally:
        connection.close()
