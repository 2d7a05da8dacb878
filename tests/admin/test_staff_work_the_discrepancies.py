"""What differs from Stripe and no run could heal is a queue: the most money first, both sides shown, closed by name."""

import csv
import io
from types import SimpleNamespace

import pytest
from django.test import Client

from audit.models import AuditEntry
from billing.models import Discrepancy, ReconciliationRun
from billing.staff import StaffGroup
from tests.admin.addresses import list_of, page_of, verb_of
from tests.admin.paid import client_of
from tests.admin.reading import words
from tests.admin.scene import organization_with_everything, staff

REASON = {"reason_code": "mended", "reason": "Corrected the invoice at Stripe"}


@pytest.fixture
def scene(db: None) -> SimpleNamespace:
    made = organization_with_everything("Acme")
    made.user = staff(StaffGroup.FINANCE, name="Dana")
    made.client = client_of(made.user)
    return made


def text(client: Client, address: str) -> str:
    return words(client.get(address).content.decode())


def test_the_most_money_comes_first(scene: SimpleNamespace) -> None:
    dearer = organization_with_everything("Dearer").difference
    Discrepancy.objects.filter(pk=dearer.pk).update(amount=99_900)
    body = text(scene.client, list_of(Discrepancy))
    assert body.index("$999.00") < body.index("$2.00")
    assert "Invoice: amount differs (total)" in body


def test_both_sides_are_shown(scene: SimpleNamespace) -> None:
    body = text(scene.client, page_of(scene.difference))
    for part in ("Here $29.00", "At Stripe $31.00", "$2.00", "Acme"):
        assert part in body


def test_a_runs_numbers_lead_to_their_rows(scene: SimpleNamespace) -> None:
    run = ReconciliationRun.objects.get()
    page = scene.client.get(page_of(run)).content.decode()
    body = words(page)
    for part in ("1,240", "99.8 %", "240", "6 min"):
        assert part in body
    link = f"{list_of(Discrepancy)}?run={run.public_id}&amp;noun=invoice&amp;kind=amount_differs"
    assert link in page
    assert scene.invoice.stripe_id in text(scene.client, link.replace("&amp;", "&"))
    assert "Nothing matches." in text(scene.client, list_of(Discrepancy, f"?run={run.public_id}&noun=payout"))


def test_a_run_is_taken_away_as_csv(scene: SimpleNamespace) -> None:
    Discrepancy.objects.filter(pk=scene.difference.pk).update(note='=HYPERLINK("http://evil.example")')
    answer = scene.client.get(verb_of(scene.difference.run, "csv"))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{scene.difference.run.public_id}.csv"'
    assert [(row["stripe_id"], row["here"], row["there"], row["amount"]) for row in rows] == [
        (scene.invoice.stripe_id, "2900", "3100", "200")
    ]
    assert rows[0]["note"].startswith("'=")
    assert client_of(staff(StaffGroup.SUPPORT)).get(verb_of(scene.difference.run, "csv")).status_code == 403


def test_somebody_takes_it_and_closes_it_with_a_reason(scene: SimpleNamespace) -> None:
    scene.client.post(verb_of(scene.difference, "take"))
    assert "Dana" in text(scene.client, list_of(Discrepancy, "?view=mine"))
    assert scene.client.post(verb_of(scene.difference, "settle"), {"reason": "x"}).status_code == 422
    assert scene.client.post(verb_of(scene.difference, "settle"), REASON).status_code == 302
    row = Discrepancy.objects.get()
    assert (row.status, row.resolved_by_id) == ("resolved", str(scene.user.pk))
    assert AuditEntry.objects.get(action="discrepancy.settled").reason == row.note
    assert scene.client.post(verb_of(scene.difference, "settle"), REASON).status_code == 409


def test_what_is_right_as_it_is_is_ignored(scene: SimpleNamespace) -> None:
    scene.client.post(verb_of(scene.difference, "settle"), {**REASON, "reason_code": "known"})
    assert Discrepancy.objects.get().status == "ignored"


def test_auditors_look_and_decide_nothing(scene: SimpleNamespace) -> None:
    client = client_of(staff(StaffGroup.AUDITOR))
    assert client.get(page_of(scene.difference)).status_code == 200
    for verb in ("take", "settle"):
        assert client.post(verb_of(scene.difference, verb), REASON).status_code == 403
    assert Discrepancy.objects.get().status == "open"
