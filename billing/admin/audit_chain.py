"""The chain: is the log what was written, when was that last found out, and what to do where it is not."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views import View

from audit.anchoring.anchor import is_configured
from audit.models import Anchor, ChainHead, Verification
from audit.record import INSTALLATION, record
from billing.admin.columns import Column, make_table
from billing.admin.sections import Facts, Heading, Notice, Rows, Section
from billing.enqueue import enqueue
from billing.models import Organization
from billing.templatetags.parts import NOTHING, age_part, identifier_part, number_part, time_part
from billing.templatetags.states import State, Tone
from billing.templatetags.viewer import Viewer, viewer_of

SHOWN = 20
STALE_DAYS = 2
LONGEST_RUN = timedelta(minutes=10)
WHAT_TO_DO = (
    "Somebody changed the log past the application. Keep the database as it is, take a copy, compare with the last "
    "anchor (verify_audit --anchor) and with a backup, and find out who could sign in as its owner: see the runbook."
)

RUNS = (
    Column("Started", lambda row, viewer: time_part(row.started_at, viewer)),
    Column("Found", lambda row, viewer: _word(row), narrow="own"),
    Column("Entries", lambda row, viewer: number_part(row.entries, viewer), number=True, narrow="own"),
    Column("Chains", lambda row, viewer: number_part(row.chains, viewer), number=True),
    Column("Against", lambda row, viewer: row.against or NOTHING),
)
FAULTS = (
    Column("Chain", lambda row, viewer: _chain_cell(row["chain"], viewer)),
    Column("First bad entry", lambda row, viewer: number_part(row["sequence"], viewer), number=True, narrow="own"),
    Column("What is wrong", lambda row, viewer: row["why"], narrow="own"),
)
ANCHORS = (
    Column("Made", lambda row, viewer: time_part(row.made_at, viewer)),
    Column("Place", lambda row, viewer: row.place, narrow="head"),
    Column("Entries", lambda row, viewer: number_part(row.entries, viewer), number=True),
    Column("Key", lambda row, viewer: identifier_part(row.key_id)),
)


class ChainView(View):
    """GET shows, POST has it verified by a worker."""

    site: Any = None
    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        viewer = _reader(request)
        latest = Verification.objects.order_by("-id").first()
        finished = Verification.objects.exclude(finished_at=None).order_by("-id").first()
        context = {
            **self.site.each_context(request),
            "title": "Chain",
            "heading": _heading(latest, finished, viewer),
            "sections": _sections(finished, viewer),
        }
        return TemplateResponse(request, "admin/audit/chain.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        _reader(request)
        with transaction.atomic():
            record("audit.verification_requested", target=("audit", "chains"), organization_id=None)
            enqueue("audit.verify_log")
        messages.success(request, "A worker verifies the log now; the outcome appears here.")
        return HttpResponseRedirect(reverse("admin:audit_chain"))


def _reader(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not viewer.may("audit.view_auditentry"):
        raise PermissionDenied
    return viewer


def _heading(latest: Verification | None, finished: Verification | None, viewer: Viewer) -> Heading:
    running = latest is not None and latest.finished_at is None and viewer.now - latest.started_at < LONGEST_RUN
    return Heading(
        "Chain",
        state_of(finished, viewer),
        line=[
            ("Last verified", age_part(finished.finished_at, viewer) if finished else "Never"),
            ("Entries", number_part(finished.entries, viewer) if finished else NOTHING),
            ("Chains", number_part(finished.chains, viewer) if finished else NOTHING),
        ],
        notices=list(_notices(finished, viewer)),
        refresh_seconds=5 if running else 0,
    )


def state_of(finished: Verification | None, viewer: Viewer) -> State:
    """Never good without its time: what was verified long ago says nothing of now."""
    if finished is None or finished.finished_at is None:
        return State("Never verified", Tone.CARE)
    if not finished.intact:
        return State("Broken", Tone.BAD)
    days = (viewer.now - finished.finished_at).days
    if days >= STALE_DAYS:
        return State(f"Not read for {days} days", Tone.CARE)
    return State("Intact when last read", Tone.GOOD)


def _notices(finished: Verification | None, viewer: Viewer) -> list[Notice]:
    found = []
    if finished is not None and finished.intact is False:
        first = finished.faults[0]
        where = f"chain {first['chain']}, entry {first['sequence']}: {first['why']}."
        found.append(Notice("bad", f"The log is broken. First bad entry: {where} {WHAT_TO_DO}"))
    if finished is None:
        found.append(Notice("care", "The log was never verified. It is verified each day where beat and a worker run."))
    if not is_configured():
        text = "Heads are not anchored: a log that was written anew as a whole could not be told from the true one."
        found.append(Notice("care", f"{text} Set AUDIT_SIGNING_KEY and AUDIT_ANCHOR_URL."))
    return found


def _sections(finished: Verification | None, viewer: Viewer) -> list[Section]:
    head = ChainHead.objects.filter(chain=INSTALLATION).first()
    faults = finished.faults[:SHOWN] if finished else []
    runs = list(Verification.objects.order_by("-id")[:SHOWN])
    anchors = list(Anchor.objects.order_by("-id")[:SHOWN])
    broken = [Rows("Broken chains", make_table("Broken chains", FAULTS, faults, viewer), "")] if faults else []
    return [
        *broken,
        Facts(
            "The installation's chain",
            [
                ("Length", number_part(head.sequence if head else 0, viewer)),
                ("Head", identifier_part(bytes(head.hash).hex()) if head else NOTHING),
                ("Chains of organizations", number_part(ChainHead.objects.exclude(chain=INSTALLATION).count(), viewer)),
            ],
        ),
        Rows("Anchors", make_table("Anchors", ANCHORS, anchors, viewer), "Nothing is anchored yet."),
        Rows("Verifications", make_table("Verifications", RUNS, runs, viewer), "None yet."),
    ]


def _word(run: Verification) -> str:
    if run.finished_at is None:
        return "Did not end (yet)"
    return "Intact" if run.intact else f"{len(run.faults)} broken"


def _chain_cell(chain: int, viewer: Viewer) -> object:
    if chain == INSTALLATION:
        return "Installation"
    owner = Organization.objects.filter(pk=chain).first()
    return viewer.link("billing.organization", chain, owner) if owner else f"Organization {chain}"
