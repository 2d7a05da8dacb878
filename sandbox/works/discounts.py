"""Due work of coupons, promotion codes and discounts."""

from sandbox.context import Context
from sandbox.engine import Work
from sandbox.lives.invoices import discounting
from sandbox.lives.invoices.redeeming import close_codes

ENDED = ("canceled", "incomplete_expired")


def end_discount(ctx: Context, discount_id: str) -> None:
    """A repeating discount whose months are over leaves its subscription or customer, unless that ended before."""
    discount = ctx.load("discount", discount_id)
    customer = ctx.store.get(discount["customer"])
    subscription = ctx.store.get(discount["subscription"]) if discount["subscription"] else None
    if customer is None or customer.get("deleted") or (subscription and subscription["status"] in ENDED):
        return
    discounting.end(ctx, discount, customer, subscription)
    if subscription is not None:
        ctx.update(subscription, "customer.subscription.updated")


def expire_coupon(ctx: Context, coupon_id: str) -> None:
    coupon = ctx.load("coupon", coupon_id)
    coupon["valid"] = False
    ctx.update(coupon, "coupon.updated")
    close_codes(ctx, coupon_id)


def expire_code(ctx: Context, code_id: str) -> None:
    code = ctx.load("promotion_code", code_id)
    code["active"] = False
    ctx.update(code, "promotion_code.updated")


WORKS: dict[str, Work] = {
    "discount.end": end_discount,
    "coupon.expire": expire_coupon,
    "promotion_code.expire": expire_code,
}
