"""The verbs that move money or cannot be undone, by name: what they need, what they would move, how they are done.

A verb is registered where its service is (`refunds.py`, `subscriptions.py`). From then on the service's callers are
held to their limits, approvals can ask for it, and its admin page and API route have to say nothing of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import Model

from audit.actor import Actor
from billing.models import StripeCommand

Parameters = Mapping[str, Any]


class UnknownVerb(LookupError):
    """No verb of this name is registered."""


@dataclass(frozen=True, slots=True)
class MoneyEffect:
    """What a verb would move, to or from the customer: minor units, never negative. `facts` is what a person is shown
    of it, as JSON without names or card numbers: approvals keep it."""

    amount: int
    currency: str
    facts: dict[str, Any] = field(default_factory=dict)


class Store(Protocol):
    """Check again, audit, prepare the command: in the caller's transaction, which holds the row's lock. None where
    the verb asks nothing of Stripe and is done. Raises Cannot."""

    def __call__(
        self, target: Any, parameters: Parameters, /, *, reason: str, by: Actor, approval: str
    ) -> StripeCommand | None: ...


@dataclass(frozen=True, slots=True)
class GuardedVerb:
    """`effect` computes what the verb would move, without a transaction, and raises Cannot where it cannot be done.
    `moved_alone` says how much was moved already for this row without a second person: it counts towards the limit, or
    a sum could be moved in parts. `key` names the row's public id."""

    name: str
    label: str
    permission: str
    model: type[Model]
    effect: Callable[[Any, Parameters], MoneyEffect]
    store: Store
    key: str = "stripe_id"
    asks_stripe: bool = False
    moved_alone: Callable[[Any], int] = lambda target: 0

    @property
    def target_type(self) -> str:
        return str(self.model._meta.model_name)

    def target_of(self, row: Any) -> tuple[str, str]:
        return self.target_type, str(getattr(row, self.key))

    def find(self, target_id: str) -> Any:
        """The row; None where it is gone."""
        return self.model._default_manager.filter(**{self.key: target_id}).first()

    def lock(self, row: Any) -> Any:
        return self.model._default_manager.select_for_update(of=("self",)).get(pk=row.pk)


_verbs: dict[str, GuardedVerb] = {}


def guarded(verb: GuardedVerb) -> GuardedVerb:
    """Make the verb known."""
    _verbs[verb.name] = verb
    return verb


def verb_named(name: str) -> GuardedVerb:
    try:
        return _verbs[name]
    except KeyError:
        raise UnknownVerb(f"{name!r} is no guarded verb; register it with billing.services.guarded.") from None


def all_verbs() -> dict[str, GuardedVerb]:
    return dict(_verbs)
