"""The shape of an invoice item: something that waits for, or is on, an invoice."""

from sandbox.jsons import Json


def invoice_item(item_id: str, now: int, customer: str, *, amount: int, currency: str, description: str | None) -> Json:
    return {
        "id": item_id,
        "object": "invoiceitem",
        "amount": amount,
        "currency": currency,
        "customer": customer,
        "customer_account": None,
        "date": now,
        "description": description,
        "discountable": True,
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": {},
        "net_amount": None,
        "parent": None,
        "period": {"end": now, "start": now},
        "pricing": None,
        "proration": False,
        "quantity": 1,
        "quantity_decimal": "1",
        "tax_rates": [],
        "test_clock": None,
        "_": {"subscription": None, "item": None},
    }
