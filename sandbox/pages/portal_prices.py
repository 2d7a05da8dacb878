"""What a change of plan costs, and when."""

from sandbox.jsons import Json
from sandbox.pages.html import Markup, tag
from sandbox.pages.words import day, money


def figures_now(coming: Json) -> list[Markup]:
    at_once = coming["billing_reason"] == "subscription_update"
    due = "Due today" if at_once else f"Due on {day(coming['period_end'])}"
    currency = coming["currency"]
    off = sum(entry["amount"] for entry in coming["total_discount_amounts"])
    entries = [(entry["description"], entry["amount"]) for entry in coming["lines"]["data"]]
    entries += [("Discount", -off)] if off else []
    lines = [
        tag("li", tag("span", words, class_="grow"), tag("span", money(amount, currency), class_="amount"))
        for words, amount in entries
    ]
    total = (tag("dt", due, class_="total"), tag("dd", money(coming["amount_due"], currency), class_="total"))
    return [tag("ul", lines, class_="plain"), tag("dl", total)]


def figures_later(subscription: Json) -> Markup:
    end = subscription["items"]["data"][0]["current_period_end"]
    return tag("p", f"Your plan changes on {day(end)}. Nothing is charged today.", class_="alert note")
