"""An auditor takes the log away; a spreadsheet must show what customers wrote, and run none of it (catalogue S07)."""

import csv
import io

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from audit.record import record
from billing.admin import audit_export
from billing.admin.csv_cells import lines
from billing.domain.csv_cells import csv_cell
from billing.staff import StaffGroup
from tests.admin.addresses import list_of
from tests.admin.reading import listed
from tests.admin.scene import staff
from tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db

DANGEROUS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=x", "＝1", "＋1", "－1", "＠x", '=HYPERLINK("http://x")',
    "=cmd|'/c calc'!A0", "  =1", "'=1",
]  # fmt: skip
HARMLESS = ["", "x", "1", "a=b", "a,b", 'a "quote"', "two\nlines", "ümlaut", "🜂"]


def export(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.post(reverse("admin:audit_auditentry_export") + query)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-')
    assert "no-store" in answer["Cache-Control"]
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def write(target: str, organization_id: int | None = None, **fields: object) -> None:
    with transaction.atomic():
        record("invoice.paid", target=("invoice", target), organization_id=organization_id, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_could_be_a_formula_begins_with_an_apostrophe(text: str):
    assert csv_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_anything_else_stays_as_it_is(text: str):
    assert csv_cell(text) == text


def test_read_again_it_is_what_it_was():
    cells = [*DANGEROUS, *HARMLESS]
    [row] = csv.reader(io.StringIO("".join(lines([cells])), newline=""))
    assert [cell.removeprefix("'") for cell in row] == cells


def test_all_entries_newest_first_with_their_details(admin: Client):
    for text in ("in_1", "=in_2"):
        write(text, before={"a": 1}, after={"email": "a@x.com"}, reason="=reason")
    second, first = export(admin)
    assert (first["target_id"], second["target_id"]) == ("in_1", "'=in_2")
    assert (first["before"], first["after"], first["reason"]) == ('{"a":1}', '{"email":"a@x.com"}', "'=reason")
    assert (first["chain"], first["sequence"], first["organization_id"]) == ("0", "1", "")
    assert first["hash"] == bytes(AuditEntry.objects.get(sequence=1).hash).hex()


def test_in_batches_without_loss(admin: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(audit_export, "BATCH", 3)
    for number in range(10):
        write(f"in_{number}")
    assert [row["target_id"] for row in export(admin)] == [f"in_{number}" for number in reversed(range(10))]


def test_what_the_list_is_narrowed_to(admin: Client):
    organization = OrganizationFactory()
    write("in_1", organization.pk)
    write("in_2")
    query = f"?organization={organization.pk}&object=in_1"
    assert [row["target_id"] for row in export(admin, query)] == ["in_1"]
    exported = AuditEntry.objects.latest("id")
    assert exported.action == "audit.exported"
    assert exported.after["filters"] == {"organization": str(organization.pk), "object": "in_1"}


def test_the_export_is_logged_and_not_in_itself(admin: Client):
    write("in_1")
    assert len(export(admin)) == 1
    assert [row["action"] for row in export(admin)] == ["audit.exported", "invoice.paid"]


def test_by_get_nothing_is_exported(admin: Client):
    assert admin.get(reverse("admin:audit_auditentry_export")).status_code == 405
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("group", "may"),
    [
        (StaffGroup.AUDITOR, True),
        (StaffGroup.SUPERADMIN, True),
        (StaffGroup.FINANCE, False),
        (StaffGroup.SUPPORT, False),
    ],
)
def test_only_those_who_audit(group: StaffGroup, may: bool):
    client = Client()
    client.force_login(staff(group))
    assert client.post(reverse("admin:audit_auditentry_export")).status_code == (200 if may else 403)
    if group != StaffGroup.SUPPORT:
        assert ("Export as CSV" in client.get(list_of(AuditEntry)).content.decode()) == may


@pytest.mark.parametrize(
    ("query", "count"),
    [("?from=2000-01-01", 1), ("?to=2000-01-01", 0), ("?from=2999-01-01", 0), ("?from=2000-01-01&to=2999-01-01", 1),
     ("?from=yesterday", 0), ("?to=9999-12-31", 1)],
)  # fmt: skip
def test_the_list_between_days(admin: Client, query: str, count: int):
    write("in_1", after={"number": "A-1"})
    assert len(listed(admin, list_of(AuditEntry, query))) == count
