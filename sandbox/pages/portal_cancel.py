"""Canceling in the portal: when it ends, why, and perhaps an offer to stay."""

from sandbox.jsons import Json
from sandbox.nouns.subscriptions import subscriptions
from sandbox.pages.html import Markup, tag
from sandbox.pages.parts import alert, button
from sandbox.pages.portal_entry import Portal, enter
from sandbox.pages.replies import Redirect, Reply
from sandbox.pages.visits import Visit
from sandbox.pages.words import day

_REASONS = {
    "too_expensive": "It's too expensive",
    "missing_features": "I need more features",
    "switched_service": "I found an alternative",
    "unused": "I no longer need it",
    "customer_service": "Customer service was less than expected",
    "too_complex": "Ease of use was less than expected",
    "low_quality": "Quality was less than expected",
    "other": "Other reason",
}


def view(visit: Visit) -> Reply:
    portal = enter(visit)
    feature = portal.feature("subscription_cancel")
    subscription = portal.subscription()
    if subscription["status"] in ("canceled", "incomplete_expired") or subscription["cancel_at"]:
        return Redirect(f"{portal.home}?home=1")
    if not visit.posted:
        return _page(portal, subscription, feature)
    if visit.field("action") == "stay" and _offer(portal, subscription):
        given = {"discounts": [{"coupon": _offer(portal, subscription)}]}
        subscriptions.update(visit.ctx.with_params(given, id=subscription["id"]))
        return portal.done("offer", "subscription_cancel")
    return _canceled(portal, subscription, feature)


def _offer(portal: Portal, subscription: Json) -> str | None:
    """The coupon that this session's flow offers to those who stay."""
    flow = (portal.session["flow"] or {}).get("subscription_cancel") or {}
    retention = flow.get("retention") if flow.get("subscription") == subscription["id"] else None
    return retention["coupon_offer"]["coupon"] if retention else None


def _page(portal: Portal, subscription: Json, feature: Json) -> Reply:
    end = max(item["current_period_end"] for item in subscription["items"]["data"])
    later = feature["mode"] == "at_period_end"
    when = f"You can use it until {day(end)}. Nothing is charged after that." if later else "It ends at once."
    form = tag(
        "form",
        _reasons(feature["cancellation_reason"]),
        tag("div", button("Cancel subscription", "cancel", "wide bad-button"), class_="actions"),
        method="post",
    )
    body = tag("div", tag("h1", "Cancel your subscription"), tag("p", when), alert(portal.visit.error),
               _stay(portal, subscription), form, class_="card")  # fmt: skip
    return portal.page("Cancel your subscription", body)


def _stay(portal: Portal, subscription: Json) -> Markup | None:
    coupon_id = _offer(portal, subscription)
    coupon = portal.visit.ctx.store.get(coupon_id) if coupon_id else None
    if coupon is None:
        return None
    off = f"{coupon['percent_off']:g} % off" if coupon["percent_off"] else "a discount"
    words = tag("p", f"Stay, and get {off} your subscription.", class_="alert note")
    return tag("form", words, tag("p", button("Stay with the discount", "stay", "wide")), method="post")


def _reasons(wanted: Json) -> Markup | None:
    if not wanted["enabled"]:
        return None
    boxes = [
        tag("label", tag("input", type="radio", id=f"feedback-{name}", name="feedback", value=name),
            tag("span", words), for_=f"feedback-{name}", class_="check")
        for name, words in _REASONS.items() if name in wanted["options"]
    ]  # fmt: skip
    comment = tag("div", tag("label", "Anything else? (optional)", for_="comment"),
                  tag("textarea", id="comment", name="comment", rows=3, maxlength=500), class_="field")  # fmt: skip
    return tag("fieldset", tag("legend", "Why do you cancel?"), tag("div", boxes, class_="options field"), comment)


def _canceled(portal: Portal, subscription: Json, feature: Json) -> Reply:
    visit, wanted = portal.visit, feature["cancellation_reason"]
    said = {name: visit.field(name)[:500] for name in ("feedback", "comment") if visit.field(name)}
    if said.get("feedback") not in wanted["options"]:
        said.pop("feedback", None)
    details = {"cancellation_details": said} if wanted["enabled"] and said else {}
    if feature["mode"] == "at_period_end":
        given: Json = {"cancel_at_period_end": True, **details}
        subscriptions.update(visit.ctx.with_params(given, id=subscription["id"]))
        return portal.done("ending", "subscription_cancel")
    proration = feature["proration_behavior"]
    given = {"prorate": proration != "none", "invoice_now": proration == "always_invoice", **details}
    subscriptions.cancel(visit.ctx.with_params(given, id=subscription["id"]))
    return portal.done("canceled", "subscription_cancel")
