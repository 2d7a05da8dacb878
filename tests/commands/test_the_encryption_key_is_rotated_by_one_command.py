"""rotate_encryption_key: everything is sealed with the newest key in the end, whatever runs beside it or stops it."""

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management.base import CommandError
from django.db import connection, connections, transaction

from audit import rotation, sealed_columns
from audit.rotation import count_by_key, reseal
from audit.sealed_columns import SealedColumn
from audit.sealing import key_id, seal, unseal
from billing.models import Organization, PaymentMethod, StripeCommand
from billing.projection.upsert import upsert
from tests.audit.keys import NEW, OLD, THIRD
from tests.commands.running import run
from tests.environment import server
from tests.factories import START, InvoiceFactory, OrganizationFactory, PaymentAttemptFactory
from tests.flows.processes import until

BASE = Path(__file__).resolve().parents[2]
CARDS = next(one for one in sealed_columns.sealed_columns() if one.name == "billing_paymentmethod.card_last_four")


def digits(number: int) -> str:
    return f"{number % 10_000:04d}"


def cards(count: int, organization: Organization | None = None) -> list[PaymentMethod]:
    owner = organization or OrganizationFactory()
    return [
        PaymentMethod(
            stripe_id=f"pm_{number}", organization=owner, type="card", card_last_four=digits(number), created_at=START
        )
        for number in range(count)
    ]


def rotated(*words: str) -> dict[str, Any]:
    return dict(json.loads(run("rotate_encryption_key", "--json", *words)))


@pytest.fixture
def sealed_with_old(db: None, settings: Any) -> list[PaymentMethod]:
    settings.ENCRYPTION_KEYS = [OLD]
    InvoiceFactory(hosted_invoice_url="https://invoice.stripe.com/i/1")
    PaymentAttemptFactory()
    made = PaymentMethod.objects.bulk_create(cards(1200))
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    return made


def test_every_declared_column_is_known() -> None:
    names = {column.name: (column.bound_to, column.index) for column in sealed_columns.sealed_columns()}
    assert names == {
        "billing_invoice.hosted_invoice_url": ("stripe_id", ""),
        "billing_paymentattempt.card_last_four": ("stripe_id", ""),
        "billing_paymentmethod.card_last_four": ("stripe_id", "card_last_four_index"),
        "mfa_authenticator.data": ("user_id", ""),
    }


def test_all_is_sealed_again_and_the_old_key_may_go(sealed_with_old: list[PaymentMethod], settings: Any) -> None:
    outcome = rotated()
    assert (outcome["sealed"], outcome["unreadable"], outcome["held"]) == (1202, 0, 0)
    assert outcome["by_key"] == {key_id(NEW): 1202}
    assert outcome["removable"] == [key_id(OLD)]
    settings.ENCRYPTION_KEYS = [NEW]
    assert [row.card_last_four for row in PaymentMethod.objects.order_by("id")] == [digits(n) for n in range(1200)]
    assert PaymentMethod.objects.ending_with("0042").get().stripe_id == "pm_42"


@pytest.mark.usefixtures("sealed_with_old")
def test_a_second_run_has_nothing_to_do() -> None:
    rotated()
    assert rotated()["sealed"] == 0


@pytest.mark.usefixtures("sealed_with_old")
def test_a_dry_run_counts_by_key_and_changes_nothing() -> None:
    outcome = rotated("--dry-run")
    assert outcome["by_key"] == {key_id(OLD): 1202}
    assert (outcome["sealed"], outcome["removable"]) == (0, [])
    printed = run("rotate_encryption_key", "--dry-run")
    assert f"billing_paymentmethod.card_last_four: 1200 with {key_id(OLD)}\n" in printed
    assert f"Key {key_id(OLD)}: 1202 left; keep it." in printed


@pytest.mark.usefixtures("sealed_with_old")
def test_in_words_it_says_which_key_may_go() -> None:
    printed = run("rotate_encryption_key")
    assert f"1200 with {key_id(NEW)} (newest)" in printed
    assert f"1202 sealed again.\nKey {key_id(OLD)}: 0 left; it can be removed from ENCRYPTION_KEY." in printed


def test_what_no_key_opens_is_named_and_left(sealed_with_old: list[PaymentMethod]) -> None:
    first, second = (row.pk for row in sealed_with_old[:2])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_paymentmethod SET card_last_four = '4242' WHERE id = %s", [first])
        cursor.execute(
            "UPDATE billing_paymentmethod SET card_last_four = (SELECT card_last_four FROM billing_paymentmethod"
            " WHERE stripe_id = 'pm_2') WHERE id = %s",
            [second],
        )
    with pytest.raises(SystemExit) as ended:
        run("rotate_encryption_key", "--json")
    assert ended.value.code == 1
    outcome = rotated("--dry-run")
    assert outcome["by_key"] == {key_id(NEW): 1200, key_id(OLD): 1, "": 1}
    tallies = list(reseal(CARDS))
    assert tallies[-1].unreadable == 2
    assert [example.split(": ")[0] for example in tallies[-1].examples] == [
        "billing_paymentmethod.card_last_four:pm_0",
        "billing_paymentmethod.card_last_four:pm_1",
    ]


def test_without_a_key_it_says_so(db: None, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = []
    with pytest.raises(CommandError, match="ENCRYPTION_KEY is not set"):
        run("rotate_encryption_key")


@pytest.fixture
def secrets_in_json(monkeypatch: pytest.MonkeyPatch) -> SealedColumn:
    """As a package keeps them: in JSON, beside other things. StripeCommand.parameters stands in for its table."""

    def walk(value: Any, key: Any, change: Callable[[str, str], str]) -> Any:
        if "secret" in value:
            value["secret"] = change(value["secret"], f"somewhere.secret:{key}")
        return value

    column = SealedColumn("billing_stripecommand", "parameters", walk=walk)
    monkeypatch.setattr(sealed_columns, "_registered", {})
    sealed_columns.register(column)
    return column


def test_secrets_in_a_packages_json_are_sealed_again(db: None, settings: Any, secrets_in_json: SealedColumn) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    given = {"operation": "x", "actor_kind": "system", "actor_id": "system"}
    rows = [StripeCommand.objects.create(idempotency_key=f"k{n}", parameters={"n": n}, **given) for n in range(3)]
    for row in rows[:2]:
        row.parameters["secret"] = seal(f"hush {row.pk}", place=f"somewhere.secret:{row.pk}")
        row.save()
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert count_by_key(secrets_in_json) == {key_id(OLD): 2}
    assert rotated()["columns"][secrets_in_json.name] == {key_id(NEW): 2}
    kept = list(StripeCommand.objects.order_by("id"))
    opened = [unseal(row.parameters["secret"], place=f"somewhere.secret:{row.pk}") for row in kept[:2]]
    assert opened == [f"hush {row.pk}" for row in kept[:2]]
    assert [row.parameters["n"] for row in kept] == [0, 1, 2]
    assert kept[2].parameters == {"n": 2}


def test_a_row_that_a_writer_holds_is_taken_in_the_next_round(committing: str, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    PaymentMethod.objects.bulk_create(cards(3))
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    held, go_on = threading.Event(), threading.Event()

    def writer() -> None:
        try:
            with transaction.atomic():
                row = PaymentMethod.objects.select_for_update().get(stripe_id="pm_1")
                held.set()
                go_on.wait(30)
                row.card_last_four = "9999"
                row.save()
        finally:
            connections.close_all()

    thread = threading.Thread(target=writer)
    thread.start()
    assert held.wait(30)
    rounds = reseal(CARDS)
    first = next(rounds)
    assert (first.sealed, first.held) == (2, 1)
    go_on.set()
    thread.join(30)
    assert [tally.held for tally in rounds] == []  # the writer sealed it with the newest key itself
    assert count_by_key(CARDS) == {key_id(NEW): 3}
    assert PaymentMethod.objects.get(stripe_id="pm_1").card_last_four == "9999"


def test_a_row_that_is_held_in_every_round_is_waited_for(
    committing: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    PaymentMethod.objects.bulk_create(cards(1))
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    monkeypatch.setattr(rotation, "ROUNDS", 1)
    held, go_on = threading.Event(), threading.Event()

    def writer() -> None:
        try:
            with transaction.atomic():
                PaymentMethod.objects.select_for_update().get(stripe_id="pm_0")
                held.set()
                go_on.wait(30)
        finally:
            connections.close_all()

    thread = threading.Thread(target=writer)
    thread.start()
    assert held.wait(30)
    rounds = reseal(CARDS)
    assert next(rounds).held == 1
    go_on.set()
    last = next(rounds)
    thread.join(30)
    assert (last.sealed, last.held) == (1, 0)
    assert count_by_key(CARDS) == {key_id(NEW): 1}


def test_one_that_never_lets_go_is_named_as_held(
    committing: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    PaymentMethod.objects.bulk_create(cards(1))
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    monkeypatch.setattr(rotation, "ROUNDS", 1)
    monkeypatch.setattr(rotation, "PATIENCE", "50ms")
    with psycopg.connect(server.dsn("app_rw", committing)) as other:
        other.execute("SELECT 1 FROM billing_paymentmethod FOR UPDATE")
        assert [tally.held for tally in reseal(CARDS)][-1] == 1
    assert count_by_key(CARDS) == {key_id(OLD): 1}


COUNT, WORKERS = 6000, 3


@pytest.fixture
def load(committing: str, settings: Any) -> Iterator[list[BaseException]]:
    """Threads that read and write the cards all the time; yields what went wrong."""
    settings.ENCRYPTION_KEYS = [OLD]
    organization = OrganizationFactory()
    PaymentMethod.objects.bulk_create(cards(COUNT, organization))
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    stop, errors = threading.Event(), list[BaseException]()

    def work(seed: int) -> None:
        chance = random.Random(seed)
        try:
            while not stop.is_set():
                numbers = chance.sample(range(COUNT), 20)
                for row in PaymentMethod.objects.filter(stripe_id__in=[f"pm_{number}" for number in numbers]):
                    assert row.card_last_four == digits(int(row.stripe_id[3:]))
                with transaction.atomic():
                    upsert(PaymentMethod, [cards(COUNT, organization)[number] for number in numbers[:5]])
                number = numbers[0]
                assert PaymentMethod.objects.ending_with(digits(number)).filter(stripe_id=f"pm_{number}").exists()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(WORKERS)]
    for thread in threads:
        thread.start()
    yield errors
    stop.set()
    for thread in threads:
        thread.join(60)
    assert errors == []


def test_under_load_and_killed_half_way_nothing_is_lost(
    load: list[BaseException], committing: str, database_urls: Callable[[str], str], settings: Any
) -> None:
    environment = {**os.environ, "ENCRYPTION_KEY": f"{NEW},{OLD}", "DATABASE_URL": database_urls("app_rw")}
    command = [sys.executable, "manage.py", "rotate_encryption_key", "--json"]
    with psycopg.connect(server.dsn("app_rw", committing)) as other:
        other.execute("SELECT 1 FROM billing_paymentmethod WHERE stripe_id = %s FOR UPDATE", [f"pm_{COUNT - 1}"])
        killed = subprocess.Popen(command, cwd=BASE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        # however quick the command is, it waits for the held card; writers move rows too, by tens, it by 500
        until(lambda: count_by_key(CARDS)[key_id(NEW)] > 1000, what="the first batches")
        killed.kill()
        killed.communicate()
        assert 0 < count_by_key(CARDS)[key_id(OLD)] < COUNT
    assert killed.returncode == -9

    done = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert (outcome["unreadable"], outcome["by_key"]) == (0, {key_id(NEW): COUNT})
    assert outcome["removable"] == [key_id(OLD)]
    assert load == []
    settings.ENCRYPTION_KEYS = [NEW]
    assert all(row.card_last_four == digits(int(row.stripe_id[3:])) for row in PaymentMethod.objects.all())
    assert THIRD not in done.stdout + done.stderr
