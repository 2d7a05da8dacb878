"""A chain that is consistent in itself may still not be the one that was: only what is kept elsewhere tells."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command

from audit.anchoring import place, signing
from audit.anchoring.anchor import anchor_now
from audit.anchoring.form import CannotReadAnchor, anchored_heads
from audit.models import Anchor, AuditEntry, Verification
from audit.tasks import anchor_log, verify_log
from tests.audit.ledger import TABLES, superuser, verified, write
from tests.audit.signing_key import OTHER_PRIVATE, OTHER_PUBLIC, PRIVATE, PUBLIC

NOW = datetime(2026, 11, 30, 12, 0, 0, 5, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    settings.AUDIT_SIGNING_KEY, settings.AUDIT_ANCHOR_URL = PRIVATE, str(tmp_path / "anchors")
    return tmp_path / "anchors"


@pytest.fixture
def anchor(committing: str, folder: Path) -> Path:
    """Of a log with two chains of 20 entries."""
    write(20, None)
    write(20, 7)
    return folder / anchor_now(now=NOW).place


def anew(database: str, chain: int, length: int) -> None:
    """The chain is written again, with the product's own function: nothing in it is wrong."""
    with superuser(database) as owner:
        for table in TABLES:
            owner.db.execute(f"DELETE FROM {table} WHERE chain = %s", [chain])
        owner.db.commit()
    write(length, chain or None)


def run(*arguments: object) -> tuple[int, dict]:
    out = io.StringIO()
    try:
        call_command("verify_audit", "--json", *map(str, arguments), stdout=out)
    except SystemExit as left:
        return int(left.code or 0), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def test_nothing_is_found_where_nothing_was_done(anchor: Path):
    write(5, 7)
    write(5, 8)
    assert run("--anchor", anchor) == (0, {"intact": True, "chains": 3, "entries": 50, "faults": []})


def test_a_chain_that_was_written_anew(committing: str, anchor: Path):
    anew(committing, 7, 25)
    assert run()[0] == 0, "by itself it is right"
    status, outcome = run("--anchor", anchor)
    assert status == 1
    assert outcome["faults"] == [
        {"chain": 7, "sequence": 1, "why": "the chain was written anew: entry 20 is not the one that was anchored"}
    ]


@pytest.mark.parametrize("left", [0, 12])
def test_a_chain_that_was_cut_back_with_its_head(committing: str, anchor: Path, left: int):
    anew(committing, 0, left)
    status, outcome = run("--anchor", anchor, "--chain", 0)
    assert status == 1
    assert outcome["faults"][0]["sequence"] == left + 1
    assert "20 entries were anchored" in outcome["faults"][0]["why"]


def test_the_first_fault_is_named_where_there_are_two(committing: str, anchor: Path):
    with superuser(committing) as owner:
        owner.db.execute("DELETE FROM audit_auditentry WHERE chain = 7 AND sequence IN (5, 20)")
        owner.db.commit()
    assert [fault["sequence"] for fault in run("--anchor", anchor)[1]["faults"]] == [1]


def test_an_anchor_names_every_head_with_its_root_and_is_signed(anchor: Path):
    content = json.loads(anchor.read_bytes())
    signing.verify_signed(signing.ANCHOR, content, PUBLIC)
    assert content["made_at"] == "2026-11-30T12:00:00.000005+00:00"
    assert content["key_id"] == signing.key_id(PUBLIC)
    assert [(one["chain"], one["sequence"]) for one in content["chains"]] == [(0, 20), (7, 20)]
    last = AuditEntry.objects.get(chain=7, sequence=20)
    assert content["chains"][1]["hash"] == bytes(last.hash).hex()
    assert len(bytes.fromhex(content["chains"][1]["root"])) == 32
    assert anchor.relative_to(anchor.parents[3]).as_posix() == "2026/11/30/audit-anchor-20261130T120000.000005Z.json"


def test_an_anchor_is_never_overwritten(anchor: Path):
    before = anchor.read_bytes()
    with pytest.raises(place.CannotKeepAnchor, match="did not take the anchor"):
        anchor_now(now=NOW)
    assert anchor.read_bytes() == before
    assert Anchor.objects.count() == 1


def spoil(content: dict, how: str) -> object:
    if how == "a digit":
        content["chains"][0]["sequence"] += 1
    if how == "no signature":
        del content["signature"]
    if how == "another form":
        return {"signature": "x"}
    return [] if how == "a list" else content


@pytest.mark.parametrize("how", ["a digit", "no signature", "another form", "a list"])
def test_an_anchor_that_was_changed_is_none(anchor: Path, how: str):
    anchor.write_text(json.dumps(spoil(json.loads(anchor.read_bytes()), how)))
    with pytest.raises(CannotReadAnchor, match=r"anchor-"):
        anchored_heads(anchor)
    with pytest.raises(CommandError) as refused:
        run("--anchor", anchor)
    assert refused.value.returncode == 2


def test_an_anchor_of_another_key_needs_that_key(anchor: Path, settings):
    settings.AUDIT_SIGNING_KEY = OTHER_PRIVATE
    with pytest.raises(CannotReadAnchor, match=f"not signed with the key {signing.key_id(OTHER_PUBLIC)}"):
        anchored_heads(anchor)
    assert set(anchored_heads(anchor, public_key=PUBLIC)) == {0, 7}


def test_a_signature_of_one_kind_is_none_of_another():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing.settings, "AUDIT_SIGNING_KEY", PRIVATE)
        head = signing.signed(signing.TREE_HEAD, {"chain": 1})
    with pytest.raises(signing.NotSigned):
        signing.verify_signed(signing.ANCHOR, head, PUBLIC)


def test_a_missing_file_could_not_run(committing: str, folder: Path):
    with pytest.raises(CommandError, match="no anchor") as refused:
        run("--anchor", folder / "nothing.json")
    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    ("key", "url", "why"),
    [
        ("", "/srv/x", "AUDIT_SIGNING_KEY is not set: `manage.py anchor_audit --generate-key`"),
        ("c2hvcnQ=", "/srv/x", "not 32 bytes in base64"),
        ("no base64 é", "/srv/x", "not 32 bytes in base64"),
        (PRIVATE, "", "AUDIT_ANCHOR_URL is not set"),
        (PRIVATE, "ftp://host/x", "ftp:// is no place for anchors"),
    ],
)
def test_without_key_or_place_it_says_what_to_do(committing: str, settings, key: str, url: str, why: str):
    settings.AUDIT_SIGNING_KEY, settings.AUDIT_ANCHOR_URL = key, url
    with pytest.raises(CommandError, match=why):
        call_command("anchor_audit")
    assert not Anchor.objects.exists()


def test_the_command_anchors_and_tells(committing: str, folder: Path):
    write(3, 7)
    out = io.StringIO()
    call_command("anchor_audit", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["chains"], told["entries"], told["key_id"]) == (1, 3, signing.key_id(PUBLIC))
    assert (folder / told["place"]).is_file()
    call_command("anchor_audit", stdout=out)
    assert "Anchored 3 entries in 1 chains" in out.getvalue()


def test_a_generated_key_works(settings):
    out = io.StringIO()
    call_command("anchor_audit", "--generate-key", "--json", stdout=out)
    made = json.loads(out.getvalue())
    settings.AUDIT_SIGNING_KEY = made["private_key"]
    assert signing.public_key() == made["public_key"]
    call_command("anchor_audit", "--generate-key", stdout=out)
    assert "AUDIT_SIGNING_KEY=" in out.getvalue()


@pytest.mark.parametrize("scheme", ["s3://bucket/prefix", "gs://bucket/prefix", "az://account/container/prefix"])
def test_object_stores_are_known_by_their_urls(scheme: str):
    place.check(scheme)


def test_each_day_it_is_anchored_where_that_is_set(committing: str, folder: Path, settings):
    anchor_log()
    assert Anchor.objects.count() == 1
    settings.AUDIT_ANCHOR_URL = ""
    anchor_log()
    assert Anchor.objects.count() == 1


def test_each_day_it_is_verified_and_the_outcome_kept(committing: str):
    write(3, 7)
    assert verify_log() is True
    with superuser(committing) as owner:
        owner.db.execute("DELETE FROM audit_auditentry WHERE sequence = 2")
        owner.db.commit()
    assert verify_log() is False
    good, bad = Verification.objects.order_by("id")
    assert (good.intact, good.entries, good.chains, good.faults) == (True, 3, 1, [])
    assert (bad.intact, bad.faults[0]["sequence"]) == (False, 2)
    assert good.started_at <= good.finished_at <= bad.finished_at


def test_a_test_entry_is_voided_by_another_and_both_stay(committing: str):
    status, outcome = run("--self-test")
    assert (status, outcome["entries"]) == (0, 2)
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "audit.tested",
        "audit.test_voided",
    ]
    assert verified().intact


def test_in_words_and_by_two_processes(committing: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("audit.verification.plan.PIECE", 256)
    write(700, 7)
    write(3, 8)
    out = io.StringIO()
    call_command("verify_audit", "--processes", "2", stdout=out)
    assert out.getvalue().strip() == "703 entries in 2 chains: intact"


def test_a_database_that_does_not_answer_could_not_run(committing: str, database_urls: Callable[[str], str]):
    with psycopg.connect(database_urls("app_owner")) as owner:
        owner.execute("REVOKE SELECT ON audit_chainhead FROM app_rw")
    with pytest.raises(CommandError, match="permission denied") as refused:
        run()
    assert refused.value.returncode == 2
    assert Verification.objects.get().intact is None, "a run that did not end is never green"
