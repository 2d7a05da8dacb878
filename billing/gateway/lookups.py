"""Was it carried out? One way to find out for each kind of write.

Whatever takes metadata carries the id of its command, so that what is found is ours and no other's. Lists are read
whole, without a limit of time: `created` is of Stripe's clock, or of the test clock that an object is on, and what is
filtered by customer or payment is short. Lists are consistent at once, where Stripe's search lags behind.
"""

from collections.abc import Callable, Mapping
from typing import Any

from billing.domain.ids import COMMAND_KEY
from billing.gateway.client import Json, ask
from billing.gateway.errors import CANNOT_LOOK_UP, Missing, Unsure
from billing.gateway.fields import reference, rows
from billing.gateway.objects import pages

LookUp = Callable[[dict[str, Any], str], Json | None]
# What only says how to do it is not found in the object
HOW = frozenset({"id", "metadata", "payment_behavior", "proration_behavior", "proration_date", "expand"})


def made(path: str, *, by: Mapping[str, str], **always: Any) -> LookUp:
    """For what makes an object: it is in the list that is narrowed by these parameters of the command."""

    def look(parameters: dict[str, Any], mark: str) -> Json | None:
        if any(not parameters.get(name) for name in by):
            raise Unsure("What it was asked with is known no more.", code=CANNOT_LOOK_UP)
        if _mark_of(parameters) != mark:
            raise Unsure("It was asked without its command's id.", code=CANNOT_LOOK_UP)
        narrow: dict[str, Any] = {filter_: parameters[name] for name, filter_ in by.items()}
        return next((one for one in pages(path, **narrow, **always) if _mark_of(one) == mark), None)

    return look


def changed(path: str) -> LookUp:
    """For what changes an object: it bears the mark, or is as was asked."""

    def look(parameters: dict[str, Any], mark: str) -> Json | None:
        there = _retrieved(path, parameters["id"])
        if there is None:
            return None
        theirs = _mark_of(there)
        wanted = {name: value for name, value in parameters.items() if name not in HOW}
        if theirs == mark or _is_as(there, wanted):
            return there
        if theirs > mark:  # ids sort by their making: a later command has written over the mark
            raise Unsure("It was changed again since.", code="changed_since")
        return None

    return look


def ended(path: str, field: str, value: object) -> LookUp:
    """For what ends an object: the field says so."""

    def look(parameters: dict[str, Any], mark: str) -> Json | None:
        there = _retrieved(path, parameters["id"])
        return there if there is not None and there.get(field) == value else None

    return look


def _retrieved(path: str, stripe_id: str) -> Json | None:
    try:
        return ask("get", f"{path}/{stripe_id}", operation=f"retrieve {path.split('/')[2]}", bulk=True)
    except Missing:
        return None


def _mark_of(holder: Mapping[str, Any]) -> str:
    return str((holder.get("metadata") or {}).get(COMMAND_KEY) or "")


def _is_as(there: Any, wanted: Any) -> bool:
    """Whether what was asked for is what is there; of lists each member, found by its id."""
    if isinstance(wanted, Mapping):
        return isinstance(there, Mapping) and all(_is_as(there.get(name), value) for name, value in wanted.items())
    if isinstance(wanted, list):
        members = {one.get("id"): one for one in rows(there)}
        return all(isinstance(one, Mapping) and _is_as(members.get(one.get("id")), one) for one in wanted)
    return bool(there == wanted or reference(there) == wanted)
