"""The books of a generated company: every sum that Stripe's objects promise holds for every one of them."""

from collections import Counter

import pytest

from tests.sandbox.lived_company import Company


def test_balance_transactions_of_customers_sum_to_their_balances(company: Company) -> None:
    entries = company.by("customer_balance_transaction", "customer")
    for customer in company.all("customer"):
        running = 0
        for entry in entries.get(customer["id"], []):
            running += entry["amount"]
            assert entry["ending_balance"] == running
        assert customer["balance"] == running, customer["id"]
    assert entries


def test_lines_discounts_and_taxes_make_the_total(company: Company) -> None:
    seen = Counter[str]()
    for invoice in company.all("invoice"):
        lines = invoice["lines"]["data"]
        off = sum(entry["amount"] for entry in invoice["total_discount_amounts"])
        taxes = invoice["total_taxes"]
        added = sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "exclusive")
        assert invoice["subtotal"] == sum(line["amount"] for line in lines)
        assert off == sum(entry["amount"] for line in lines for entry in line["discount_amounts"])
        assert sum(tax["amount"] for tax in taxes) == sum(tax["amount"] for line in lines for tax in line["taxes"])
        assert invoice["total"] == invoice["subtotal"] - off + added
        assert invoice["total_excluding_tax"] == invoice["total"] - sum(tax["amount"] for tax in taxes)
        seen.update({"off": bool(off), "taxed": bool(taxes), "tax in price": bool(taxes) and not added})
    assert min(seen.values()) > 0


def test_what_is_due_is_the_total_with_the_balance_and_is_paid_or_remains(company: Company) -> None:
    for invoice in company.all("invoice"):
        if invoice["status"] == "draft":
            continue
        moved = invoice["ending_balance"] - invoice["starting_balance"]
        credited = invoice["pre_payment_credit_notes_amount"]
        assert invoice["amount_due"] == invoice["total"] - moved - credited, invoice["id"]
        assert invoice["amount_due"] == invoice["amount_paid"] + invoice["amount_remaining"], invoice["id"]
        assert (invoice["status"] == "paid") <= (invoice["amount_remaining"] == 0)


def test_the_balance_that_an_invoice_used_is_a_transaction_of_it(company: Company) -> None:
    entries = company.by("customer_balance_transaction", "invoice")
    for invoice in company.all("invoice"):
        applied = [entry for entry in entries.get(invoice["id"], []) if entry["type"] == "applied_to_invoice"]
        if invoice["status"] != "draft":
            used = invoice["ending_balance"] - invoice["starting_balance"]
            assert sum(entry["amount"] for entry in applied) == used, invoice["id"]


def test_paid_invoices_have_payments_that_sum_up(company: Company) -> None:
    """What was paid out of band has no payment of Stripe's."""
    payments = company.by("invoice_payment", "invoice")
    for invoice in company.of("invoice", status="paid"):
        paid = [entry for entry in payments.get(invoice["id"], []) if entry["status"] == "paid"]
        elsewhere = invoice.get("amount_paid_off_stripe") or 0
        assert sum(entry["amount_paid"] for entry in paid) == invoice["amount_paid"] - elsewhere, invoice["id"]
        for entry in paid:
            intent = company.objects[entry["payment"]["payment_intent"]]
            assert (intent["status"], intent["amount_received"]) == ("succeeded", entry["amount_paid"])


def test_intents_have_charges_that_say_the_same(company: Company) -> None:
    charges = company.by("charge", "payment_intent")
    for intent in company.all("payment_intent"):
        went = [entry for entry in charges.get(intent["id"], []) if entry["status"] == "succeeded"]
        assert sum(entry["amount_captured"] for entry in went) == intent["amount_received"], intent["id"]
        if intent["status"] == "succeeded":
            assert [entry["id"] for entry in went] == [intent["latest_charge"]]


def test_refunds_sum_to_what_charges_gave_back(company: Company) -> None:
    refunds = company.by("refund", "charge")
    for charge in company.all("charge"):
        back = sum(entry["amount"] for entry in refunds.get(charge["id"], []) if entry["status"] != "failed")
        assert charge["amount_refunded"] == back, charge["id"]
        assert charge["refunded"] == (back == charge["amount_captured"] > 0), charge["id"]
    assert refunds


def test_credit_notes_sum_to_what_their_invoices_say(company: Company) -> None:
    notes = company.by("credit_note", "invoice")
    assert {note["status"] for found in notes.values() for note in found} == {"issued", "void"}
    for invoice in company.all("invoice"):
        issued = [note for note in notes.get(invoice["id"], []) if note["status"] == "issued"]
        for part in ("pre_payment", "post_payment"):
            total = sum(note[f"{part}_amount"] for note in issued)
            assert total == invoice[f"{part}_credit_notes_amount"], invoice["id"]


def test_what_a_credit_note_gives_back_is_a_refund_or_in_the_balance(company: Company) -> None:
    for note in company.of("credit_note", status="issued"):
        assert note["total"] == note["pre_payment_amount"] + note["post_payment_amount"] == note["amount"]
        entry = company.objects.get(note["customer_balance_transaction"] or "")
        credited = -entry["amount"] if entry else 0
        refunded = sum(refund["amount_refunded"] for refund in note["refunds"])
        assert credited + refunded + (note["out_of_band_amount"] or 0) == note["post_payment_amount"], note["id"]


def test_disputes_are_of_charges_that_say_so(company: Company) -> None:
    """What was withdrawn and not given back is in the account's currency: comparable where the dispute is too."""
    disputes = company.by("dispute", "charge")
    assert {charge["id"] for charge in company.of("charge", disputed=True)} == set(disputes)
    for found in disputes.values():
        for dispute in found:
            moved = sum(entry["amount"] for entry in dispute["balance_transactions"])
            kept = 0 if dispute["status"].startswith("warning") or dispute["status"] == "won" else dispute["amount"]
            if dispute["currency"] == "usd":
                assert moved == -kept, dispute["id"]
            else:
                assert (moved < 0) == (kept > 0), dispute["id"]


def test_balance_transactions_sum_to_the_balance(company: Company) -> None:
    """What came, less what went, fees and payouts, is available or pending."""
    sums, open_now = Counter[str](), Counter[str]()
    for entry in company.all("balance_transaction"):
        assert entry["net"] == entry["amount"] - entry["fee"]
        assert entry["fee"] == sum(detail["amount"] for detail in entry["fee_details"])
        sums[entry["currency"]] += entry["net"]
    for part in ("available", "pending"):
        open_now.update({entry["currency"]: entry["amount"] for entry in company.balance[part]})
    assert {name: amount for name, amount in sums.items() if amount} == {k: v for k, v in open_now.items() if v}


def test_payouts_are_the_sum_of_what_they_pay(company: Company) -> None:
    for payout in company.all("payout"):
        (entry,) = company.of("balance_transaction", source=payout["id"])
        assert entry["net"] == -payout["amount"]


def test_numbers_of_invoices_have_no_gaps(company: Company) -> None:
    invoices = company.by("invoice", "customer")
    for customer in company.all("customer"):
        numbers = [entry["number"] for entry in invoices.get(customer["id"], []) if entry["number"]]
        prefix = customer["invoice_prefix"]
        assert sorted(numbers) == [f"{prefix}-{index + 1:04d}" for index in range(len(numbers))]
        assert customer["next_invoice_sequence"] == len(numbers) + 1


def test_periods_of_renewals_follow_each_other(company: Company) -> None:
    """Each item of an active subscription is in a period that contains the present."""
    for subscription in company.of("subscription", status="active"):
        for item in subscription["items"]["data"]:
            assert item["current_period_start"] <= company.now < item["current_period_end"], subscription["id"]


@pytest.mark.parametrize("kind", ["subscription", "invoice", "charge", "payment_intent", "refund", "dispute"])
def test_nothing_is_dated_in_the_future(company: Company, kind: str) -> None:
    assert company.all(kind)
    assert all(entry["created"] <= company.now for entry in company.all(kind))
