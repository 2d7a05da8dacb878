"""A customer reads what was done to it, and can prove an entry to anybody without trusting us."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from audit import merkle
from audit.actor import Actor, ActorKind
from audit.anchoring import form, signing
from audit.anchoring.anchor import heads_now
from audit.context import acting
from audit.models import AuditEntry
from audit.proofs import CannotProve, Proof, prove
from audit.record import Entry, record, record_all
from billing.api.audit_shapes import AuditProofSerializer
from billing.api.rendering import to_json
from billing.models import Organization
from tests.api.calls import Api, problem
from tests.api.test_every_route_answers_with_its_shape import check
from tests.architecture.sources import ROOT
from tests.audit.signing_key import OTHER_PUBLIC, PRIVATE, PUBLIC
from tests.factories import OrganizationFactory, api_key

pytestmark = pytest.mark.django_db

CANARY = "canary"
SCRIPT = ROOT / "docs" / "check_audit_proof.py"


@pytest.fixture(autouse=True)
def _key(settings: Any) -> None:
    settings.AUDIT_SIGNING_KEY = PRIVATE


def write(organization: Organization | None, number: int = 1, **fields: Any) -> None:
    with transaction.atomic():
        record_all(
            Entry("invoice.paid", ("invoice", f"in_{place}"), organization and organization.pk, **fields)
            for place in range(1, number + 1)
        )


@pytest.fixture
def other() -> Organization:
    organization = OrganizationFactory()
    write(organization, 3, after={"number": CANARY}, reason=CANARY)
    return organization


def test_its_entries_newest_first(api: Api, organization: Organization, other: Organization):
    with acting(Actor(ActorKind.USER, "3"), request_id="req_12345678", ip_address="192.0.2.1"):
        write(organization, 3, before={"status": "open"}, after={"number": "A-1", "email": "a@x.com"}, reason="why")
    body = check("audit/entries", api.get("audit/entries").json())
    assert [row["sequence"] for row in body["data"]] == [3, 2, 1]
    first = body["data"][-1]
    assert first["id"] == f"log_{organization.pk}_1"
    assert first["sentence"] == "Invoice A-1 paid"
    assert first["actor"] == {"kind": "user", "id": "3", "for_user": ""}
    assert first["target"] == {"type": "invoice", "id": "in_1"}
    assert (first["before"], first["after"]) == ({"status": "open"}, {"number": "A-1", "email": "a@x.com"})
    assert (first["reason"], first["ip_address"], first["request_id"]) == ("why", "192.0.2.1", "req_12345678")
    assert first["previous_hash"] == "A" * 43 + "="
    assert [row["previous_hash"] for row in body["data"][:2]] == [row["hash"] for row in body["data"][1:]]


def test_pages_and_filters(api: Api, organization: Organization):
    write(organization, 5)
    with transaction.atomic():
        record("invoice.created", target=("invoice", "in_2"), organization_id=organization.pk)
    first = api.get("audit/entries?limit=4").json()
    second = api.client.get(first["pagination"]["next"], headers=api.headers).json()
    assert [row["sequence"] for row in (*first["data"], *second["data"])] == [6, 5, 4, 3, 2, 1]
    assert len(api.get("audit/entries?action=invoice.created").json()["data"]) == 1
    assert len(api.get("audit/entries?target=in_2").json()["data"]) == 2
    assert api.get("audit/entries?action=nothing.known").json()["data"] == []
    problem(api.get("audit/entries?target=;"), 400, "invalid_id")
    problem(api.get("audit/entries?cursor=WzAsMV0x"), 400, "invalid_cursor")


def test_reason_and_address_of_our_staff_are_not_the_customers(api: Api, staff_api: Api, organization: Organization):
    with acting(Actor(ActorKind.STAFF, "7"), ip_address="192.0.2.9"):
        write(organization, reason=CANARY)
    answer = api.get("audit/entries")
    assert CANARY not in answer.content.decode()
    assert "192.0.2.9" not in answer.content.decode()
    shown = staff_api.get("audit/entries", **{"X-Organization": organization.public_id}).json()["data"][0]
    assert (shown["reason"], shown["ip_address"]) == (CANARY, "192.0.2.9")


def test_nothing_of_another_organization(api: Api, organization: Organization, other: Organization):
    write(organization)
    answers = [
        api.get("audit/entries"),
        api.get("audit/entries?target=in_3"),
        api.get(f"audit/proof/log_{other.pk}_1"),
        api.get(f"audit/proof/log_{other.pk}_99"),
        api.get("audit/proof/log_0_1"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 404, 404]
    assert all(CANARY not in answer.content.decode() for answer in answers)


def test_the_installations_log_by_its_key_alone(api: Api, staff_api: Api, organization: Organization):
    write(None)
    write(organization)
    [entry] = staff_api.get("audit/entries").json()["data"]
    assert entry["id"] == "log_0_1"
    assert staff_api.get("audit/proof/log_0_1").status_code == 200
    assert staff_api.get(f"audit/proof/log_{organization.pk}_1").status_code == 404
    named = {"X-Organization": organization.public_id}
    assert staff_api.get("audit/entries", **named).json()["data"][0]["id"] == f"log_{organization.pk}_1"
    assert api.get("audit/entries").json()["data"][0]["id"] == f"log_{organization.pk}_1"


def test_the_scope_is_needed(organization: Organization):
    write(organization)
    for key in (api_key(organization, "billing:read"), api_key(None, "billing:read")):
        problem(Api(key).get("audit/entries"), 403, "missing_scope")
        problem(Api(key).get("audit/proof/log_0_1"), 403, "missing_scope")
    problem(Api().get("audit/entries"), 401, "authentication_required")


@pytest.mark.parametrize("key", ["log_1", "log_x_1", "1", "log_0_0", "log_99999999999999999999_1"])
def test_what_is_no_entry_is_not_found(staff_api: Api, key: str):
    problem(staff_api.get(f"audit/proof/{key}"), 404, "not_found")


def checked(tmp_path: Path, proof: dict, *, key: str = PUBLIC, **files: dict) -> str:
    arguments = [sys.executable, str(SCRIPT), "--public-key", key]
    for name, content in {"proof": proof, **files}.items():
        (tmp_path / name).write_text(json.dumps(content))
        arguments += ([] if name == "proof" else [f"--{name}"]) + [str(tmp_path / name)]
    ran = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (int(ran.stdout != "OK\n"), "")
    return ran.stdout.strip()


def test_a_proof_is_checked_by_the_script(api: Api, organization: Organization, tmp_path: Path):
    write(organization, 600)
    anchor = form.made(heads_now(), timezone.now())
    write(organization, 3)
    entries = {row["sequence"]: row for row in api.get("audit/entries?limit=100").json()["data"]}
    assert set(entries) >= {520, 603}
    proof = check("audit/proof/{entry_id}", api.get(f"audit/proof/log_{organization.pk}_520").json())
    assert proof["tree_head"]["size"] == 603
    assert checked(tmp_path, proof, entry=entries[520]) == "OK"
    assert "another size: 600" in checked(tmp_path, proof, anchor=anchor)
    then = api.get(f"audit/proof/log_{organization.pk}_520?size=600").json()
    assert checked(tmp_path, then, entry=entries[520], anchor=anchor) == "OK"
    assert "was not signed with this key" in checked(tmp_path, proof, key=OTHER_PUBLIC)
    assert "does not have the proven hash" in checked(tmp_path, proof, entry=entries[521])
    forged = {**entries[520], "content": entries[520]["content"].replace("invoice.paid", "invoice.void")}
    assert "does not have the proven hash" in checked(tmp_path, proof, entry=forged)


@pytest.mark.parametrize(
    ("member", "value", "why"),
    [
        ("hash", "A" * 43 + "=", "does not lead to the signed root"),
        ("index", 1, "does not lead to the signed root"),
        ("index", 3, "outside the tree"),
        ("path", [], "too short"),
        ("tree_head", {}, "is not signed"),
    ],
)
def test_a_proof_that_was_changed_is_none(
    api: Api, organization: Organization, tmp_path: Path, member: str, value: Any, why: str
):
    write(organization, 3)
    proof = api.get(f"audit/proof/log_{organization.pk}_1").json()
    assert checked(tmp_path, proof) == "OK"
    assert why in checked(tmp_path, {**proof, member: value})


def test_without_a_key_the_head_is_not_signed(api: Api, organization: Organization, settings: Any, tmp_path: Path):
    settings.AUDIT_SIGNING_KEY = ""
    write(organization)
    proof = check("audit/proof/{entry_id}", api.get(f"audit/proof/log_{organization.pk}_1").json())
    assert "is not signed" in checked(tmp_path, proof)


@pytest.mark.parametrize("size", ["0", "4", "x", "-1", "1" * 30])
def test_a_tree_that_is_not_there_proves_nothing(api: Api, organization: Organization, size: str):
    write(organization, 3)
    answer = api.get(f"audit/proof/log_{organization.pk}_1?size={size}")
    assert answer.json()["code"] in ("not_found", "invalid_size")


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513, 700])
def test_every_place_of_trees_of_many_sizes(organization: Organization, size: int):
    write(organization, 700)
    hashes = [bytes(one) for one in AuditEntry.objects.order_by("sequence").values_list("hash", flat=True)]
    leaves = [merkle.leaf(digest) for digest in hashes[:size]]
    root = merkle.root(size, merkle.peaks_of(leaves))
    for sequence in {1, min(2, size), size // 2 + 1, max(size - 1, 1), size}:
        proof = prove(chain=organization.pk, sequence=sequence, size=size)
        assert (proof.root, proof.hash) == (root, hashes[sequence - 1])


def test_a_tree_that_lacks_a_node_says_so(organization: Organization):
    with pytest.raises(CannotProve, match="no entry 1"):
        prove(chain=organization.pk, sequence=1)


def test_the_answer_for_ten_million_entries_is_small():
    size, index = 10_000_000, 8_388_607
    path = merkle.inclusion_path(index, size, lambda first, end: os.urandom(32))
    proof = Proof(10**9, index, size, os.urandom(32), path, os.urandom(32))
    shown = AuditProofSerializer({"proof": proof, "tree_head": proof.tree_head(timezone.now())}).data
    assert len(path) == 24
    assert len(to_json(shown)) <= 2048
    assert signing.key_id(PUBLIC) in to_json(shown).decode()


def test_the_script_is_short_and_stands_alone():
    source = SCRIPT.read_text()
    assert len(source.splitlines()) <= 150
    for line in source.splitlines():
        if line.startswith(("import ", "from ")):
            assert line.split()[1].split(".")[0] in {*sys.stdlib_module_names, "cryptography"}
