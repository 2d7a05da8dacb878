"""The page of an invoice, its PDF and the receipt of what paid it."""

import re

from sandbox.pdf import Document, width, wrapped
from tests.sandbox.scenes import Account
from tests.sandbox.visiting import look, send

HOSTILE = "<script>alert(1)</script> \"'&(\\"


def open_invoice(account: Account, card: str | None = "pm_card_visa", **customer: object) -> tuple[str, str]:
    """(id, address) of an open invoice of $1,290.50 with two lines."""
    owner = account.customer(card, **customer).id
    made = account.v1.invoices.create({"customer": owner, "auto_advance": False})
    for amount, words in ((129_000, "Consulting"), (50, HOSTILE)):
        item = {"customer": owner, "invoice": made.id, "amount": amount, "currency": "usd", "description": words}
        account.v1.invoice_items.create(item)  # type: ignore[arg-type]
    finalized = account.v1.invoices.finalize_invoice(made.id)
    return made.id, str(finalized.hosted_invoice_url)


def test_addresses_are_of_the_sandbox_and_not_of_the_dump(account: Account) -> None:
    invoice_id, page = open_invoice(account)
    invoice = account.v1.invoices.retrieve(invoice_id)
    assert (page, invoice.invoice_pdf) == (f"{account.url}/i/{invoice_id}", f"{account.url}/i/{invoice_id}/pdf")
    stored = next(entry for entry in account.dump() if entry["id"] == invoice_id)
    assert stored["hosted_invoice_url"] == f"https://sandbox.invalid/i/{invoice_id}"
    account.control("settings", {"public_url": "https://stripe.example.com:8443"})
    assert str(account.v1.invoices.retrieve(invoice_id).invoice_pdf).startswith("https://stripe.example.com:8443/i/")


def test_an_invoice_is_paid_on_its_page(account: Account) -> None:
    invoice_id, page = open_invoice(account)
    assert "$1,290.50" in look(page).text
    seen = send(page, action="pay", method="pm_card_visa_chargeDeclinedInsufficientFunds")
    assert seen.status == 402
    assert "Your card has insufficient funds." in seen.text
    assert account.v1.invoices.retrieve(invoice_id).status == "open"
    assert send(page, action="pay", method="pm_card_visa").to == f"/i/{invoice_id}"
    invoice = account.v1.invoices.retrieve(invoice_id)
    assert (invoice.status, invoice.amount_paid) == ("paid", 129_050)
    assert 'value="pay"' not in look(page).text
    assert send(page, action="pay", method="pm_card_visa").status == 400
    receipt = str(account.v1.charges.list().data[0].receipt_url)
    assert "$1,290.50" in look(receipt).text


def test_an_invoice_is_authenticated_on_the_way(account: Account) -> None:
    invoice_id, page = open_invoice(account)
    seen = send(page, action="pay", method="pm_card_threeDSecure2Required")
    assert send(account.url + seen.to, action="complete").to == f"/i/{invoice_id}"
    assert account.v1.invoices.retrieve(invoice_id).status == "paid"


def test_what_people_write_is_text(account: Account) -> None:
    _, page = open_invoice(account, name=HOSTILE)
    text = look(page).text
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &quot;&#x27;&amp;(\\" in text


def test_drafts_and_strangers_have_no_page(account: Account) -> None:
    draft = account.v1.invoices.create({"customer": account.customer().id})
    for path in (f"/i/{draft.id}", f"/i/{draft.id}/pdf", "/i/in_none", "/receipts/ch_none", "/c/pay/cs_none"):
        seen = look(account.url + path)
        assert (seen.status, seen.headers["Content-Type"]) == (404, "text/html; charset=utf-8"), path


def test_a_page_brings_nothing_from_elsewhere_and_allows_no_script(account: Account) -> None:
    seen = look(open_invoice(account)[1])
    assert "default-src 'none'" in seen.headers["Content-Security-Policy"]
    assert re.findall(r'(?:src|href)="(?!/|#)', seen.text) == []
    assert "<script" not in seen.text


def read_pdf(body: bytes) -> str:
    """The text of our own PDF, after checking its structure: every object where the table says, every length right."""
    assert body.startswith(b"%PDF-1.4\n")
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n\Z", body)[1])  # type: ignore[index]
    assert body[start:].startswith(b"xref\n")
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n \n", body[start:])]
    for number, place in enumerate(places, start=1):
        assert body[place:].startswith(f"{number} 0 obj\n".encode())
    size = re.search(rb"/Size (\d+)", body[start:])
    assert size is not None
    assert int(size[1]) == len(places) + 1
    for length, content in re.findall(rb"/Length (\d+) >>\nstream\n(.*?)\nendstream", body, re.DOTALL):
        assert int(length) == len(content)
    found = re.findall(rb"Td \(((?:\\.|[^\\()])*)\) Tj", body)
    return "\n".join(re.sub(rb"\\(.)", rb"\1", each).decode("cp1252") for each in found)


def test_the_pdf_says_what_the_invoice_says(account: Account) -> None:
    invoice_id, _ = open_invoice(account, name="Zoë Müller", email="zoe@example.com")
    invoice = account.v1.invoices.retrieve(invoice_id)
    seen = look(str(invoice.invoice_pdf))
    assert seen.headers["Content-Type"] == "application/pdf"
    text = read_pdf(seen.body)
    for words in (
        invoice.number,
        "Zoë Müller",
        "zoe@example.com",
        "Consulting",
        "$1,290.50",
        "15 January 2024",
        HOSTILE,
    ):
        assert str(words) in text
    assert look(str(invoice.invoice_pdf)).body == seen.body


def test_a_long_invoice_has_several_pages(account: Account) -> None:
    owner = account.customer().id
    made = account.v1.invoices.create({"customer": owner})
    for number in range(60):
        item = {
            "customer": owner,
            "invoice": made.id,
            "amount": 100,
            "currency": "usd",
            "description": f"Item {number}",
        }
        account.v1.invoice_items.create(item)  # type: ignore[arg-type]
    account.v1.invoices.finalize_invoice(made.id)
    body = look(f"{account.url}/i/{made.id}/pdf").body
    text = read_pdf(body)
    assert "Page 1 of 2" in text
    assert "Item 59" in text
    assert len(re.findall(rb"/Type /Page /Parent", body)) == 2


def test_words_are_measured_wrapped_and_never_lost() -> None:
    assert width("AV", 10) == 13.34
    assert width("ÄV", 10) == 13.34
    words = "a " * 50 + "x" * 300
    lines = wrapped(words, 100, 10)
    assert all(width(line, 10) <= 100 for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    document = Document("Empty", "D:20240115120000Z")
    document.new_page()
    document.text(10, 10, "日本 €")
    assert read_pdf(document.bytes()) == "?? €"
