"""How fast an account is compared with Stripe's lists, in what memory, and how both grow; beside the floor of the
same run, which is reading the same pages, decoding their JSON and hashing them. Compared field by field, as the first
time, and once more, where all is known to be equal.

Each run is a process of its own. Its pages come out of files at the seam where the gateway asks (`bench.listing`).
"""

import hashlib
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import F

from bench.account import START, row_of, take_over, write_pages
from bench.client import Load
from bench.reconcile_process import AHEAD_SECONDS, Ran, killed_after, reconciled
from bench.rounds import Figures, Ratio, Result, in_turns
from bench.scale import Scale
from billing.models import Discrepancy, Invoice, PaymentAttempt, ReconciledObject, StripeObject
from billing.reconcile.reading import PAGES_AT_ONCE
from tests.inbox.signups import state
from tests.projection import snapshots

MEBIBYTE = 1024 * 1024
SMALLER = 10
"""The same is done with a tenth of the account, to see how it grows."""
EVERY = 7
"""Of so many invoices, and of so many charges, one is spoilt."""


@dataclass(slots=True)
class Measured:
    """`memory` is the largest peak of the runs, in bytes."""

    count: int
    floor: Figures
    first: Figures
    again: Figures
    memory: int
    calls: int

    @property
    def of_the_floor(self) -> float:
        """Our objects a second where an earlier run found them equal, as a part of the floor's."""
        return self.again.per_second / self.floor.per_second


@dataclass(slots=True)
class Healed:
    """What is there after a run over a spoilt account, and how much one more run finds."""

    ran: Ran
    rows: dict[str, list[str]] = field(default_factory=dict)
    discrepancies: list[tuple[Any, ...]] = field(default_factory=list)
    again: int = 0


def measure(base: str, scale: Scale) -> list[Result]:
    """A "request" is an object, and its time its part of its run's."""
    small, large = (_measured(count, scale.rounds) for count in (scale.account // SMALLER, scale.account))
    figures = [each for one in (small, large) for each in (one.floor, one.first, one.again)]
    ratios = [*_ratios(small, large), *_killed(scale.account // SMALLER, small.calls // PAGES_AT_ONCE // 2)]
    return [Result("reconcile, every list whole", figures, ratios)]


def _ratios(small: Measured, large: Measured) -> list[Ratio]:
    """The two sizes are not measured in turns: how the time grows is said in times of the floor, too."""
    memory, before, sizes = large.memory / MEBIBYTE, small.memory / MEBIBYTE, f"{large.count} / {small.count}"
    return [
        Ratio("objects", large.count),
        Ratio("pages", large.calls),
        Ratio("objects a second, field by field", large.first.per_second),
        Ratio("field by field / floor", large.first.per_second / large.floor.per_second),
        Ratio("objects a second, known to be equal", large.again.per_second),
        Ratio("known to be equal / floor", large.of_the_floor, at_least=0.5),
        Ratio(f"time an object, {sizes}", small.again.per_second / large.again.per_second),
        Ratio(f"time an object in the floor's, {sizes}", small.of_the_floor / large.of_the_floor),
        Ratio("peak memory, MiB", memory, at_most=200),
        Ratio(f"peak memory, {sizes}", memory / before if before else 1, at_most=1.2),
    ]


def _measured(count: int, rounds: int) -> Measured:
    ran: list[Ran] = []
    with _account(count) as (folder, objects):

        def ours(number: int, *, first: bool) -> Load:
            if number == 0:
                return Load()  # each is a new process: there is nothing to warm up
            if first:
                ReconciledObject.objects.all().delete()
            ran.append(reconciled(folder))
            if ran[-1].found or ran[-1].checked != objects:
                raise RuntimeError(f"Nothing differs, and the run came to {ran[-1]} of {objects} objects.")
            return _load(objects, ran[-1].seconds)

        contestants = {
            f"floor, {objects}": lambda _: _floor(folder, objects),
            f"field by field, {objects}": lambda number: ours(number, first=True),
            f"known to be equal, {objects}": lambda number: ours(number, first=False),
        }
        figures = in_turns(rounds, contestants)
    return Measured(objects, *figures.values(), max(one.memory for one in ran), ran[-1].calls)


@contextmanager
def _account(count: int) -> Iterator[tuple[Path, int]]:
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as name:
        write_pages(Path(name), count)
        yield Path(name), take_over(count)


def _load(objects: int, seconds: float) -> Load:
    return Load([seconds / objects] * objects, {200: objects}, seconds)


def _floor(folder: Path, objects: int) -> Load:
    began = time.perf_counter()
    for path in sorted(folder.glob("*.pages")):
        with path.open("rb") as file:
            for page in file:
                json.loads(page)
                hashlib.sha256(page).digest()
    return _load(objects, time.perf_counter() - began)


def _killed(count: int, steps: int) -> list[Ratio]:
    """The same account, spoilt alike, is healed in one go, and by a run that is killed after so many steps and goes
    on; then it is compared once more."""
    whole, resumed = _heal(count), _heal(count, steps=steps)
    apart = [name for name in whole.rows if whole.rows[name] != resumed.rows[name]]
    same = (whole.discrepancies, whole.ran.checked, whole.ran.found, whole.ran.healed)
    differs = same != (resumed.discrepancies, resumed.ran.checked, resumed.ran.found, resumed.ran.healed)
    return [
        Ratio("healed", whole.ran.healed),
        Ratio("differences of a run that was killed and went on", len(apart) + differs, at_most=0),
        Ratio("differences that a second run finds", resumed.again, at_most=0),
    ]


def _heal(count: int, *, steps: int = 0) -> Healed:
    """`steps`: after which it is killed; 0 for one go."""
    Discrepancy.objects.all().delete()
    with _account(count) as (folder, _):
        _spoil()
        if not steps:
            return Healed(reconciled(folder), state(), _discrepancies())
        killed_after(folder, steps)
        healed = Healed(reconciled(folder, ahead=AHEAD_SECONDS), state(), _discrepancies())
        healed.again = reconciled(folder).found
    return healed


def _discrepancies() -> list[tuple[Any, ...]]:
    names = ("object_type", "stripe_id", "kind", "field", "status", "amount")
    return sorted(Discrepancy.objects.values_list(*names))


def _spoil() -> None:
    """Wrong here, missing here, and here alone."""
    names = list(Invoice.objects.order_by("stripe_id").values_list("stripe_id", flat=True))[::EVERY]
    Invoice.objects.filter(stripe_id__in=names).update(total=F("total") + 1)
    names = list(PaymentAttempt.objects.order_by("stripe_id").values_list("stripe_id", flat=True))[::EVERY]
    PaymentAttempt.objects.filter(stripe_id__in=names).delete()
    StripeObject.objects.filter(stripe_id__in=names).delete()
    StripeObject.objects.bulk_create([row_of(snapshots.invoice("in_gone", customer="cus_b0", created=START + 1))])
