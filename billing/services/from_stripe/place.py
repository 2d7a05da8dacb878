"""How far a walk through all of Stripe's objects came; kept as a run's progress, after each page."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# In the order of dependence: whose a refund is, its charge says; whose a charge, its customer.
NOUNS = (
    "product",
    "price",
    "customer",
    "payment_method",
    "subscription",
    "invoice",
    "payment_intent",
    "charge",
    "refund",
    "invoice_payment",
    "setup_intent",
    "checkout.session",
    "credit_note",
    "dispute",
    "payout",
    "balance_transaction",
)


@dataclass(slots=True)
class Place:
    """`began` is when the walk did. Of `noun`, everything up to the object `after` is done, in the list of the
    customer `parent` (a primary key of StripeObject) where there is a list for each; `listed`: the lists are done,
    and what they did not show is asked for. `done` counts objects, `gone` those that Stripe has no more, by type;
    `kept` is what the walk's watcher keeps."""

    began: datetime
    noun: str = NOUNS[0]
    parent: int = 0
    after: str = ""
    listed: bool = False
    done: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    kept: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, progress: dict[str, Any], *, now: datetime) -> "Place":
        """The place of a run that was broken off; the beginning where `progress` is {}."""
        if "began" not in progress:
            return cls(now)
        return cls(
            began=datetime.fromisoformat(progress["began"]),
            noun=progress["noun"],
            parent=progress["parent"],
            after=progress["after"],
            listed=progress["listed"],
            done=Counter(progress["done"]),
            gone=Counter(progress["gone"]),
            kept=progress["kept"],
        )

    def as_progress(self) -> dict[str, Any]:
        return {
            "began": self.began.isoformat(),
            "noun": self.noun,
            "parent": self.parent,
            "after": self.after,
            "listed": self.listed,
            "done": dict(self.done),
            "gone": dict(self.gone),
            "kept": self.kept,
        }

    def counts(self) -> dict[str, Any]:
        return {"done": dict(self.done), "gone": dict(self.gone)}

    def turn_to(self, noun: str) -> None:
        if noun != self.noun:
            self.noun, self.parent, self.after, self.listed = noun, 0, "", False

    def remaining(self) -> tuple[str, ...]:
        return NOUNS[NOUNS.index(self.noun) :]
