"""Walk through all of Stripe's objects, noun by noun and page by page, from any place on.

Lists leave things out: payment methods are listed by customer, detached ones not at all; deleted products, customers
and drafts are in no list, nor is what lives on test clocks. So what is here and was in no list is asked for by its
id; what Stripe has no more is marked as deleted. What was deleted before we ever heard of it cannot be found.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from billing.gateway.client import Json
from billing.gateway.errors import Refused
from billing.gateway.listing import Page, list_page
from billing.gateway.objects import fetch
from billing.models import StripeObject
from billing.projection.sighting import Fetched
from billing.services.from_stripe.page import Answers, bring, settle
from billing.services.from_stripe.place import Place

UNMET_AT_ONCE = 20
OF_CUSTOMERS = frozenset({"payment_method"})
"""Nouns with a list for each customer instead of one."""

Watch = Callable[[str, list[Json], Place], None]
Progress = Callable[[Place], None]


def watch_nothing(object_type: str, snapshots: list[Json], place: Place) -> None:
    """For who wants only the rows."""


def tell_nobody(place: Place) -> None:
    """For who does not wait for it."""


@dataclass(frozen=True, slots=True)
class Walk:
    """`save` keeps the place, in the transaction that applied what was read up to it; `hold` keeps the job's lease
    between. `watch` is called in the same transaction with the objects as Stripe has them, `progress` after it."""

    place: Place
    save: Callable[[], None]
    hold: Callable[[], None]
    watch: Watch = watch_nothing
    progress: Progress = tell_nobody

    def to_the_end(self) -> None:
        """Raises the faults of `billing.gateway.errors`, and TakenOver."""
        for noun in self.place.remaining():
            self.place.turn_to(noun)
            if not self.place.listed:
                self._lists(noun)
                self.place.listed = True
            self._unmet(noun)

    def _lists(self, noun: str) -> None:
        if noun not in OF_CUSTOMERS:
            self._list(noun, {})
            return
        for number, customer in self._customers():
            if number != self.place.parent:
                self.place.parent, self.place.after = number, ""
            self._list(noun, {"customer": customer})

    def _customers(self) -> Iterator[tuple[int, str]]:
        """From the one that the walk was at."""
        customers = StripeObject.objects.filter(object_type="customer", deleted=False)
        rows = customers.filter(id__gte=self.place.parent).order_by("id").values_list("id", "stripe_id")
        yield from rows.iterator(chunk_size=1000)

    def _list(self, noun: str, filters: dict[str, str]) -> None:
        has_more = True
        while has_more:
            asked_at = timezone.now()
            page = self._page(noun, filters)
            has_more, self.place.after = page.has_more, page.last_id or self.place.after
            bring(noun, page.rows, asked_at=asked_at, commit=self._commit)
            self.progress(self.place)

    def _page(self, noun: str, filters: dict[str, str]) -> Page:
        """Where the object of the cursor was deleted, the list is read from its beginning; a customer that was
        deleted has none."""
        try:
            return list_page(noun, starting_after=self.place.after, extra=filters)
        except Refused as fault:
            if fault.code != "resource_missing" or fault.param not in ("starting_after", "customer"):
                raise
            if fault.param == "customer":
                return Page([], has_more=False)
            self.place.after = ""
            return list_page(noun, extra=filters)

    def _unmet(self, noun: str) -> None:
        unmet = StripeObject.objects.filter(object_type=noun).unmet(since=self.place.began).order_by("id")
        while rows := list(unmet.values_list("stripe_id", "version")[:UNMET_AT_ONCE]):
            answers = []
            for stripe_id, version in rows:
                answers.append(Fetched(stripe_id, noun, fetch(noun, stripe_id), version))
                self.hold()
            settle(answers, commit=self._commit)
            self.progress(self.place)

    def _commit(self, said: Answers) -> None:
        there = [snapshot for snapshot in said.values() if snapshot is not None]
        self.place.done[self.place.noun] += len(there)
        self.place.gone[self.place.noun] += len(said) - len(there)
        self.watch(self.place.noun, there, self.place)
        self.save()
