"""subscription -> Subscription with its items; and its state as a fact."""

from typing import Any

from billing.gateway.fields import (
    discount_coupon,
    moment,
    reference,
    required_moment,
    subscription_items,
    subscription_period,
)
from billing.models import Subscription, SubscriptionItem
from billing.projection.customers import learn_currency
from billing.projection.snapshot import Projectable
from billing.projection.upsert import replace_children, upsert


def project(objects: list[Projectable]) -> None:
    upsert(Subscription, [subscription(one) for one in objects])
    replace_children(
        SubscriptionItem,
        [item for one in objects for item in items(one)],
        parent="subscription",
        parent_ids=[one.stripe_id for one in objects],
    )
    learn_currency(objects)


def subscription(one: Projectable) -> Subscription:
    subscription = one.snapshot
    start, end = subscription_period(subscription)
    pause = subscription.get("pause_collection") or {}
    return Subscription(
        stripe_id=one.stripe_id,
        organization_id=one.owner,
        status=subscription["status"],
        currency=subscription["currency"],
        collection_method=subscription["collection_method"],
        current_period_start=moment(start),
        current_period_end=moment(end),
        billing_cycle_anchor=moment(subscription.get("billing_cycle_anchor")),
        started_at=moment(subscription.get("start_date")),
        trial_start=moment(subscription.get("trial_start")),
        trial_end=moment(subscription.get("trial_end")),
        cancel_at=moment(subscription.get("cancel_at")),
        cancel_at_period_end=bool(subscription.get("cancel_at_period_end")),
        canceled_at=moment(subscription.get("canceled_at")),
        ended_at=moment(subscription.get("ended_at")),
        cancellation_reason=(subscription.get("cancellation_details") or {}).get("reason") or "",
        pause_behavior=pause.get("behavior") or "",
        pause_resumes_at=moment(pause.get("resumes_at")),
        default_payment_method_id=reference(subscription.get("default_payment_method")),
        latest_invoice_id=reference(subscription.get("latest_invoice")),
        schedule_id=reference(subscription.get("schedule")),
        discounts=[reference(discount) for discount in subscription.get("discounts") or []],
        metadata=subscription.get("metadata") or {},
        livemode=bool(subscription["livemode"]),
        stripe_created_at=required_moment(subscription["created"]),
    )


def items(one: Projectable) -> list[SubscriptionItem]:
    return [
        SubscriptionItem(
            stripe_id=item["id"],
            organization_id=one.owner,
            subscription_id=one.stripe_id,
            price_id=reference(item["price"]),
            quantity=item.get("quantity"),
            current_period_start=moment(item.get("current_period_start")),
            current_period_end=moment(item.get("current_period_end")),
            discounts=[reference(discount) for discount in item.get("discounts") or []],
            position=position,
            stripe_created_at=required_moment(item["created"]),
        )
        for position, item in enumerate(subscription_items(one.snapshot))
    ]


def state_of(subscription: Any) -> dict[str, Any]:
    """The policy-free state of a snapshot, in the shape of `SubscriptionChange.state`."""
    pause = subscription.get("pause_collection")
    return {
        "status": subscription["status"],
        "currency": subscription["currency"],
        "items": [_item_state(item) for item in subscription_items(subscription)],
        "discounts": _discounts(subscription),
        "trial_end": subscription.get("trial_end"),
        "pause": {"behavior": pause["behavior"], "resumes_at": pause.get("resumes_at")} if pause else None,
        "cancel_at": subscription.get("cancel_at"),
        "cancel_at_period_end": bool(subscription.get("cancel_at_period_end")),
        "canceled_at": subscription.get("canceled_at"),
        "ended_at": subscription.get("ended_at"),
        "cancellation_reason": (subscription.get("cancellation_details") or {}).get("reason"),
    }


def _item_state(item: Any) -> dict[str, Any]:
    price = item["price"]
    recurring = price.get("recurring") or {}
    return {
        "id": item["id"],
        "price": price["id"],
        "product": reference(price["product"]),
        "quantity": item.get("quantity"),
        "unit_amount": price.get("unit_amount"),
        "unit_amount_decimal": price.get("unit_amount_decimal"),
        "interval": recurring.get("interval"),
        "interval_count": recurring.get("interval_count"),
        "usage_type": recurring.get("usage_type"),
        "billing_scheme": price.get("billing_scheme"),
        "tiers_mode": price.get("tiers_mode"),
        "tiers": price.get("tiers"),
        "transform_quantity": price.get("transform_quantity"),
        "discounts": _discounts(item),
    }


def _discounts(holder: Any) -> list[dict[str, Any]]:
    """Coupons where Stripe expanded them, else the discount's id alone."""
    return [
        {
            "id": reference(discount),
            "coupon": dict(coupon) if (coupon := discount_coupon(discount)) else None,
            "end": discount.get("end") if isinstance(discount, dict) else None,
        }
        for discount in holder.get("discounts") or []
    ]
