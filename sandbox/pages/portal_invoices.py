"""The invoice history of the portal."""

from sandbox.jsons import Json
from sandbox.pages.html import Markup, tag
from sandbox.pages.parts import section
from sandbox.pages.portal_entry import Portal
from sandbox.pages.words import money, short_day

_MOST_INVOICES = 24


_INVOICE = {"paid": "good", "open": "note", "uncollectible": "bad", "void": None}


def invoices(portal: Portal) -> Markup:
    found = portal.visit.ctx.store.find("invoice", customer=portal.customer["id"])[::-1]
    rows = [_invoice(entry) for entry in found if entry["status"] != "draft"][:_MOST_INVOICES]
    if not rows:
        return section("Invoices", tag("p", "There is no invoice yet.", class_="soft"))
    heads = [tag("th", name, scope="col", class_="num" if name == "Total" else None)
             for name in ("Invoice", "Date", "Status", "Total")]  # fmt: skip
    return section(
        "Invoices", tag("div", tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows)), class_="scroll")
    )


def _invoice(invoice: Json) -> Markup:
    style = _INVOICE[invoice["status"]]
    mark = tag("span", invoice["status"].capitalize(), class_=f"tag {style}" if style else "tag")
    link = tag("a", invoice["number"], href=f"/i/{invoice['id']}")
    total = tag("td", money(invoice["total"], invoice["currency"]), class_="num")
    return tag(
        "tr",
        tag("td", link, class_="once"),
        tag("td", short_day(invoice["created"]), class_="once"),
        tag("td", mark),
        total,
    )
