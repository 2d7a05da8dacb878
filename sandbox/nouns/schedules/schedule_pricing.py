"""Discounts and tax rates of a phase and of its items, checked when they are planned."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.rating import tax_rates
from sandbox.lives.invoices.redeeming import Place, check_code, check_coupon
from sandbox.protocol.errors import invalid

KINDS = ("coupon", "discount", "promotion_code")


def planned(ctx: Context, holder: Json, entry: Json, place: Place, rates: str, path: str) -> None:
    """Notes on a phase or its item what the entry asks for; `rates` is the name of its tax rates. Nothing is redeemed
    before the phase is entered."""
    if entry.get(rates):
        holder[rates] = tax_rates(ctx, entry[rates], f"{path}[{rates}]")
    wanted = entry.get("discounts") or []
    holder["discounts"] = [
        _checked(ctx, each, place, f"{path}[discounts][{index}]") for index, each in enumerate(wanted)
    ]


def _checked(ctx: Context, entry: Json, place: Place, path: str) -> Json:
    given = [name for name in KINDS if entry.get(name)]
    if len(given) != 1:
        raise invalid("You must specify exactly one of coupon, promotion_code, discount.", path)
    kind, where = given[0], f"{path}[{given[0]}]"
    found = ctx.load(kind, entry[kind], where, noun=kind.replace("_", " "))
    if kind == "coupon":
        check_coupon(found, place.currency, where)
    elif kind == "promotion_code":
        check_code(ctx, found, place, where)
    return {**dict.fromkeys(KINDS), kind: found["id"]}
