"""The parts of the page of an invoice."""

from sandbox.jsons import Json
from sandbox.pages.html import Markup, tag
from sandbox.pages.invoice_figures import address_of, amounts, dates, due, lines
from sandbox.pages.words import day, money

_STATES = {
    "paid": ("Paid", "good"),
    "open": ("Open", "note"),
    "void": ("Void", ""),
    "uncollectible": ("Uncollectible", "bad"),
}


def summary(invoice: Json) -> Markup:
    words, style = _STATES[invoice["status"]]
    shown = due(invoice) if invoice["status"] != "paid" else invoice["amount_paid"]
    when = f"Due on {day(invoice['due_date'])}" if invoice["due_date"] and invoice["status"] == "open" else ""
    return tag(
        "section",
        tag("h1", f"Invoice {invoice['number']}"),
        tag("p", money(shown, invoice["currency"]), class_="price"),
        tag("p", tag("span", words, class_=f"tag {style}".strip()), " ", when, class_="soft"),
        tag("p", tag("a", "Download PDF", href=f"/i/{invoice['id']}/pdf", class_="button quiet")),
        class_="summary",
        aria_label="Summary",
    )


def facts(invoice: Json) -> Markup:
    entries = [*dates(invoice), ("Bill to", ", ".join(address_of(invoice))), ("From", invoice["account_name"])]
    return tag("div", tag("dl", [(tag("dt", name), tag("dd", value)) for name, value in entries], class_="facts"),
               class_="card")  # fmt: skip


def _row(description: str, period: str, quantity: str, unit: str, amount: str) -> Markup:
    """A line of the table; a narrow screen has quantity and price below the description."""
    each = " × ".join(part for part in (quantity, unit) if part)
    name = tag(
        "td",
        description,
        tag("p", period, class_="soft small") if period else None,
        tag("p", each, class_="soft small if-narrow") if each else None,
    )
    cells = [tag("td", words, class_="num if-wide") for words in (quantity, unit)]
    return tag("tr", name, cells, tag("td", amount, class_="num"))


def table(invoice: Json) -> list[Markup]:
    rows = [_row(*line) for line in lines(invoice)]
    styles = {"Description": None, "Quantity": "num if-wide", "Unit price": "num if-wide", "Amount": "num"}
    heads = [tag("th", name, scope="col", class_=style) for name, style in styles.items()]
    table = tag("div", tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows)), class_="scroll")
    totals = tag("dl", [
        (tag("dt", name, class_="total" if strong else None), tag("dd", amount, class_="total" if strong else None))
        for name, amount, strong in amounts(invoice)
    ])  # fmt: skip
    return [table, tag("div", totals, class_="totals")]
