"""`expand`: ids replaced by their objects, and fields that are only sent when asked for; up to four levels."""

from collections.abc import Callable

from sandbox.context import Context
from sandbox.jsons import Json, public, tombstone
from sandbox.protocol.errors import StripeError, invalid

EXPANDABLE = frozenset(
    "feature "
    "credit_note customer_balance_transaction refund "
    "application balance_transaction charge configuration coupon customer default_payment_method default_price"
    " default_source destination discount discounts failure_balance_transaction invoice latest_attempt latest_charge"
    " latest_invoice"
    " latest_revision mandate on_behalf_of payment_intent payment_link payment_method pending_setup_intent price"
    " product promotion_code review schedule setup_intent source subscription tax_code test_clock transfer".split()
)
MAX_LEVELS = 4
"""Names in a path, `data` and plain mappings among them, as Stripe counts."""
Include = Callable[[Context, Json], object]


class Expander:
    """`includes` maps (object type, field) to what makes a field that is absent unless expanded; a name with
    dots, as `total_details.breakdown`, makes the whole of its first field with what lies deeper."""

    def __init__(self, includes: dict[tuple[str, str], Include]) -> None:
        self.includes = includes

    def apply(self, ctx: Context, answer: Json, paths: list[str]) -> Json:
        """The answer with each path expanded; raises where a path cannot be."""
        for path in paths:
            parts = path.split(".")
            if len(parts) > MAX_LEVELS:
                raise invalid(f"You cannot expand more than {MAX_LEVELS} levels of a property.", "expand")
            self._walk(ctx, answer, parts, path)
        return answer

    def _walk(self, ctx: Context, node: object, parts: list[str], path: str) -> None:
        if isinstance(node, list):
            for entry in node:
                self._walk(ctx, entry, parts, path)
            return
        if not parts or not isinstance(node, dict):
            return
        if self._opens_inside(ctx, node, parts):
            return
        name, rest = parts[0], parts[1:]
        self._open(ctx, node, name, path, last=not rest)
        self._walk(ctx, node.get(name), rest, path)

    def _opens_inside(self, ctx: Context, node: Json, parts: list[str]) -> bool:
        """Whether the path leads deeper into a field, which is then sent in its longer form."""
        include = self.includes.get((node.get("object", ""), ".".join(parts))) if len(parts) > 1 else None
        if include is None:
            return False
        node[parts[0]] = include(ctx, node)
        return True

    def _open(self, ctx: Context, node: Json, name: str, path: str, last: bool) -> None:
        if node.get("deleted"):
            return  # Stripe sends the tombstone as it is, whatever is to be expanded
        include = self.includes.get((node.get("object", ""), name))
        if include is not None:
            if name not in node:
                node[name] = include(ctx, node)
            return
        if name not in node or (last and name not in EXPANDABLE):
            raise _not_expandable(node, name, path)
        if name in EXPANDABLE and isinstance(node[name], list):
            node[name] = [_opened(ctx, entry) for entry in node[name]]
        elif name in EXPANDABLE:
            node[name] = _opened(ctx, node[name])


def _opened(ctx: Context, value: object) -> object:
    """The object for an id, a tombstone for one that was deleted; what is no id stays as it is."""
    found = ctx.store.get(value) if isinstance(value, str) else None
    if found is None:
        return value
    return tombstone(found) if found.get("deleted") else public(found)


def _not_expandable(node: Json, name: str, path: str) -> StripeError:
    outermost = node.get("object") == "list" and path.split(".")[0] == name
    hint = f" You may want to try expanding 'data.{path}' instead." if outermost else ""
    return invalid(f"This property cannot be expanded ({path}).{hint}", "expand")
