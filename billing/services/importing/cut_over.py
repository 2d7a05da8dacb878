"""From now on this installation leads: asked for once the shadow import's report is clean, or accepted by somebody."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from audit.actor import Actor
from audit.context import acting
from audit.record import record
from billing.gateway.client import ask
from billing.gateway.errors import Refused
from billing.gateway.operations import perform
from billing.models import JobRun
from billing.models.job_run import RunStatus
from billing.services.errors import Cannot, StripeRefused
from billing.services.importing.shadow import JOB


class CannotCutOver(Cannot):
    """There is no report, or it shows what nobody has accepted."""

    code = "cannot_cut_over"


@dataclass(frozen=True, slots=True)
class CutOver:
    """`secret` is the new endpoint's signing secret, which Stripe shows this once; "" where none was registered."""

    report: dict[str, Any]
    secret: str = ""


def cut_over(*, accept: str = "", webhook_url: str = "", by: Actor) -> CutOver:
    """Check the newest report, register the webhook endpoint where `webhook_url` names one, and write it to the log.

    `accept` is the reason for which a report that is not clean is good enough. Raises CannotCutOver; StripeRefused
    where the key may not write; and the faults of `billing.gateway.errors`.
    """
    run = _newest_import()
    if not run.counts["clean"] and not accept:
        raise CannotCutOver(
            f"The report of {run.finished_at:%Y-%m-%d %H:%M} shows {run.counts['unexplained_count']} unexplained "
            "objects, other counts, or events that failed. Repeat the import, or accept it with a reason."
        )
    secret = _register(webhook_url, key=f"cut-over-{run.pk}") if webhook_url else ""
    with acting(by, source="import"), transaction.atomic():
        record(
            "import.cut_over",
            target=("import", str(run.pk)),
            organization_id=None,
            after={"clean": run.counts["clean"], "endpoint": webhook_url},
            reason=accept,
        )
    return CutOver(run.counts, secret)


def _newest_import() -> JobRun:
    run = JobRun.objects.filter(job=JOB).order_by("-id").first()
    if run is None or run.status != RunStatus.DONE:
        raise CannotCutOver("There is no finished import: run import_stripe --shadow first.")
    return run


def _register(url: str, *, key: str) -> str:
    """An endpoint for all events; asked for again after a crash it is the same one.

    Raises CannotCutOver where Stripe has one with this address: its secret is shown in Stripe's dashboard alone.
    """
    wanted = {"url": url, "enabled_events": ["*"]}
    endpoints = ask("get", "/v1/webhook_endpoints", {"limit": 100}, operation="webhook_endpoints.list")["data"]
    if any(one["url"] == url for one in endpoints):
        raise CannotCutOver(f"Stripe has an endpoint for {url} already: take its secret from Stripe's dashboard.")
    try:
        made = perform("webhook_endpoints.create", wanted, idempotency_key=key)
    except Refused as fault:
        raise StripeRefused(fault.message, code=fault.code) from fault
    return str(made["secret"])
