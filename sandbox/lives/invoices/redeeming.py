"""Redeeming coupons and promotion codes into discounts, with the conditions that they set."""

from dataclasses import dataclass, field

from sandbox.context import Context
from sandbox.events import differences
from sandbox.jsons import Json, public
from sandbox.lives.invoices.discounting import is_lasting
from sandbox.money.periods import later
from sandbox.money.reducing import amount_off_in
from sandbox.protocol.errors import StripeError, invalid, missing
from sandbox.shapes.coupon import discount

MAX_DISCOUNTS = 20


@dataclass(frozen=True)
class Place:
    """Where discounts go. `worth` is what is bought (minor units of `currency`), for codes with a minimum; `known`
    are the discounts of the object and its ancestors, which may be named again."""

    customer: Json
    currency: str
    worth: int
    known: tuple[str, ...] = ()
    on: dict[str, str] = field(default_factory=dict)


def redeem(ctx: Context, entries: list[Json], place: Place, path: str = "discounts") -> list[str]:
    """The discounts that the entries (coupon, promotion code or known discount) ask for, made where they are new."""
    if len(entries) > MAX_DISCOUNTS:
        raise invalid(f"You may apply at most {MAX_DISCOUNTS} discounts.", path)
    found = [_redeemed(ctx, entry, place, f"{path}[{index}]") for index, entry in enumerate(entries)]
    if len(set(found)) < len(found):
        raise invalid("The same discount cannot be given twice.", path)
    return found


def _redeemed(ctx: Context, entry: Json, place: Place, path: str) -> str:
    given = [name for name in ("coupon", "promotion_code", "discount") if entry.get(name)]
    if len(given) != 1:
        raise invalid("You must specify exactly one of coupon, promotion_code, discount.", path)
    if given[0] == "discount":
        return _known(entry["discount"], place, f"{path}[discount]")
    code = None
    if given[0] == "promotion_code":
        code = ctx.load("promotion_code", entry["promotion_code"], f"{path}[promotion_code]", noun="promotion code")
        check_code(ctx, code, place, f"{path}[promotion_code]")
    coupon_id = code["promotion"]["coupon"] if code else entry["coupon"]
    coupon = ctx.load("coupon", coupon_id, f"{path}[{given[0]}]")
    check_coupon(coupon, place.currency, f"{path}[{given[0]}]")
    return str(apply(ctx, coupon, code, place)["id"])


def _known(discount_id: str, place: Place, path: str) -> str:
    if discount_id not in place.known:
        raise missing("discount", discount_id, path)
    return discount_id


def check_coupon(coupon: Json, currency: str, path: str) -> None:
    """Raises where a coupon cannot be redeemed any more, or not in this currency."""
    if not coupon["valid"]:
        raise invalid(f"Coupon expired: {coupon['id']}", path, "coupon_expired")
    terms = {**coupon, "currency_options": coupon["_"]["options"]}
    if coupon["amount_off"] is not None and amount_off_in(terms, currency) is None:
        raise invalid(f"The coupon `{coupon['id']}` has no amount off in {currency}.", path)


def check_code(ctx: Context, code: Json, place: Place, path: str) -> None:
    """Raises where a promotion code is not active, for someone else, or its restrictions are not met."""
    customer = place.customer["id"]
    if not code["active"]:
        raise _refused("is no longer active", path)
    if code["customer"] not in (None, customer):
        raise _refused("belongs to another customer", path)
    if code["restrictions"]["first_time_transaction"] and _has_bought(ctx, customer):
        raise _refused("is for first-time transactions, and the customer has prior transactions", path)
    minimum, currency = code["restrictions"]["minimum_amount"], code["restrictions"]["minimum_amount_currency"]
    if minimum and (currency != place.currency or place.worth < minimum):
        raise _refused(f"needs a purchase of at least {minimum} {currency}", path)


def _refused(reason: str, path: str) -> StripeError:
    return invalid(f"This promotion code cannot be redeemed because it {reason}.", path)


def _has_bought(ctx: Context, customer_id: str) -> bool:
    paid = ctx.store.find("invoice", customer=customer_id, status="paid")
    return any(entry["amount_paid"] for entry in paid) or bool(
        ctx.store.find("charge", customer=customer_id, status="succeeded")
    )


def apply(ctx: Context, coupon: Json, code: Json | None, place: Place, former: Json | None = None) -> Json:
    """A new discount, counted as a redemption; emits `customer.discount.created` where it is not for one invoice, or
    `customer.discount.updated` where it takes the place of a former one."""
    made = discount(ctx.new_id("di_"), ctx.now, coupon, code, customer=place.customer["id"], **place.on)
    if coupon["duration"] == "repeating":
        made["end"] = later(ctx.now, "month", coupon["duration_in_months"])
        ctx.schedule("discount.end", made["id"], made["end"])
    ctx.create(made, "customer.discount.created" if is_lasting(made) and former is None else None)
    if former is not None:
        ctx.emit("customer.discount.updated", made, differences(former, made))
    coupon["times_redeemed"] += 1
    if coupon["max_redemptions"] is not None and coupon["times_redeemed"] >= coupon["max_redemptions"]:
        coupon["valid"] = False
    ctx.store.put(coupon)
    if code is not None:
        code["times_redeemed"] += 1
        if code["max_redemptions"] is not None and code["times_redeemed"] >= code["max_redemptions"]:
            code["active"] = False
        ctx.store.put(code)
    if not coupon["valid"]:
        close_codes(ctx, coupon["id"])
    return made


def give_to_customer(ctx: Context, customer: Json, coupon_id: str) -> Json:
    """Redeems a coupon for a customer as a whole, in place of the discount that it had; the new discount."""
    coupon = ctx.load("coupon", coupon_id, "coupon")
    check_coupon(coupon, customer["currency"] or ctx.settings["default_currency"], "coupon")
    former = ctx.load("discount", customer["discount"]["id"]) if customer["discount"] else None
    if former is not None:
        ctx.unschedule("discount.end", former["id"])
        former["_"]["ended"] = True
        ctx.store.put(former)
    made = apply(ctx, coupon, None, Place(customer, "", 0), former)
    customer["discount"] = public(made)
    ctx.update(customer, "customer.updated")
    return public(made)


def close_codes(ctx: Context, coupon_id: str) -> None:
    """A promotion code is active only while its coupon is valid."""
    for code in ctx.store.find("promotion_code", parent=coupon_id, status="True"):
        ctx.unschedule("promotion_code.expire", code["id"])
        ctx.update({**code, "active": False}, "promotion_code.updated")
