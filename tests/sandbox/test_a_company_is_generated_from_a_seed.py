"""`python -m sandbox.company` fills a sandbox with a history that depends on its seed alone."""

import subprocess
import sys
import urllib.request

from sandbox.company.fates import FATES
from tests.sandbox.companies import generate
from tests.sandbox.running import ROOT, running_sandbox
from tests.sandbox.scenes import START, Account


def filled(seed: str) -> bytes:
    """The dump of a company in a process of its own."""
    with running_sandbox(clock=START) as url:
        generate(url, customers=20, months=5, seed=seed)
        with urllib.request.urlopen(f"{url}/_sandbox/dump", timeout=60) as answer:  # noqa: S310 - our own process
            return bytes(answer.read())


def test_the_same_seed_gives_the_same_dump_byte_for_byte() -> None:
    first = filled("one")
    assert filled("one") == first
    assert filled("two") != first


def test_the_history_has_everything_that_can_become_of_a_customer(account: Account) -> None:
    printed = generate(account.url, customers=len(FATES), months=18)
    statuses: dict[str, set[str]] = {}
    for entry in account.dump():
        statuses.setdefault(entry["object"], set()).add(str(entry.get("status", "kept")))
        if entry.get("deleted"):
            statuses[entry["object"]].add("deleted")
    assert statuses["subscription"] >= {"active", "canceled", "incomplete_expired"}
    assert statuses["invoice"] >= {"open", "paid", "uncollectible", "void"}
    assert {"coupon", "promotion_code", "tax_rate", "billing.meter", "refund"} <= statuses.keys()
    assert "deleted" in statuses["customer"]
    assert statuses["dispute"] >= {"won", "lost"}
    assert statuses["credit_note"] == {"issued", "void"}
    assert statuses["checkout.session"] == {"complete", "expired"}
    assert statuses["subscription_schedule"] >= {"completed", "released"}
    for currency in ("usd", "eur", "jpy"):
        assert f"revenue in {currency}, minor units: charged" in printed


def test_signups_grow(account: Account) -> None:
    generate(account.url, customers=80, months=12)
    joined = [entry["created"] for entry in account.dump() if entry["object"] == "customer"]
    middle = (joined[0] + account.now) // 2
    before = sum(moment < middle for moment in joined)
    assert len(joined) == 80
    assert 25 < before < 35


def test_a_sandbox_that_is_not_empty_is_left_alone(account: Account) -> None:
    account.customer()
    before = account.control("digest")
    words = [sys.executable, "-m", "sandbox.company", "--url", account.url]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--reset" in done.stderr
    assert account.control("digest") == before


def test_fates_have_names_of_their_own() -> None:
    names = [fate.name for fate in FATES]
    assert sorted(set(names)) == sorted(names)
