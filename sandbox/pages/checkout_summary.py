"""What is bought: lines, discounts, taxes and the total due today."""

from sandbox.jsons import Json
from sandbox.pages.html import Markup, join, tag
from sandbox.pages.parts import text_field
from sandbox.pages.visits import Visit
from sandbox.pages.words import money, rate


def heading(session: Json) -> str:
    if session["mode"] == "setup":
        return "Save a payment method"
    names = [item["description"] for item in session["_"]["items"]]
    verb = "Subscribe to" if session["mode"] == "subscription" else "Pay for"
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{verb} {names[0]}{more}"


def summary(visit: Visit, session: Json) -> Markup:
    title = tag("h1", heading(session))
    if session["mode"] == "setup":
        words = "Nothing is charged now. The payment method is kept for later payments."
        return tag("section", title, tag("p", words, class_="soft"), class_="summary", aria_label="Summary")
    price = tag("p", money(session["amount_total"], session["currency"]), class_="price")
    due = tag("p", _due(session), class_="soft")
    lines = tag("ul", [_line(item) for item in session["_"]["items"]], class_="plain")
    parts = (title, price, due, lines, _code(visit, session), _totals(session))
    return tag("section", *parts, class_="summary", aria_label="Summary")


def _code(visit: Visit, session: Json) -> Markup | None:
    """The field for a promotion code, or the code that was applied."""
    if not session["allow_promotion_codes"]:
        return None
    if not session["discounts"]:
        entry = text_field("code", "Promotion code", visit.field("code"), autocomplete="off", maxlength=500)
        apply = tag("button", "Apply", name="action", value="code", type="submit", class_="quiet")
        return tag("form", tag("div", entry, apply, class_="inline"), method="post", class_="code")
    code = visit.ctx.load("promotion_code", session["discounts"][0]["promotion_code"])
    remove = tag("button", "Remove", name="action", value="remove-code", type="submit", class_="quiet")
    words = tag("span", "Promotion code ", tag("strong", code["code"]), class_="grow")
    return tag("form", tag("div", words, remove, class_="inline"), method="post", class_="code")


def _due(session: Json) -> str:
    trial = trial_words(session)
    return f"due today · {trial}" if trial else "due today"


def trial_words(session: Json) -> str:
    days = (session["_"]["given"].get("subscription_data") or {}).get("trial_period_days")
    return f"{days} days free" if days else ""


def _line(item: Json) -> Markup:
    quantity = f"Quantity {item['quantity']}" if item["quantity"] is not None else "Billed by usage"
    details = tag("p", f"{quantity} · {rate(item['price'])}", class_="soft small")
    amount = tag("span", money(item["amount_subtotal"], item["currency"]), class_="amount")
    return tag("li", tag("div", tag("h3", item["description"]), details, _chooser(item), class_="grow"), amount)


def _chooser(item: Json) -> Markup | None:
    limits = item["adjustable_quantity"]
    if not limits or not limits["enabled"]:
        return None
    entry = text_field(
        "quantity",
        join("Quantity", tag("span", f" of {item['description']}", class_="vh")),
        str(item["quantity"]),
        type="number",
        min=limits["minimum"],
        max=limits["maximum"],
        required=True,
    )
    hidden = tag("input", type="hidden", name="line", value=item["id"])
    action = tag("button", "Update", name="action", value="quantity", type="submit", class_="quiet")
    return tag("form", hidden, tag("div", entry, action, class_="inline"), method="post")


def _totals(session: Json) -> Markup:
    currency, details = session["currency"], session["total_details"]
    rows: list[tuple[str, int, str | None]] = [("Subtotal", session["amount_subtotal"], None)]
    if details["amount_discount"]:
        rows.append(("Discount", -details["amount_discount"], None))
    if details["amount_tax"]:
        rows.append(("Tax", details["amount_tax"], None))
    rows.append(("Total due today", session["amount_total"], "total"))
    return tag("dl", [(tag("dt", name, class_=style), tag("dd", money(amount, currency), class_=style))
                      for name, amount, style in rows])  # fmt: skip
