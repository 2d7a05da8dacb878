"""Rows of what Stripe's balance, disputes and reconciliation are kept in, right by default."""

from typing import Any

from billing import models
from tests import factories
from tests.factories import START


def _named(model: Any, prefix: str, given: dict[str, Any], fields: dict[str, Any]) -> Any:
    number = model.objects.count()
    return model.objects.create(**{"stripe_id": f"{prefix}_{number}", **given, **fields})


def balance_transaction(**fields: Any) -> models.BalanceTransaction:
    given = {"type": "charge", "status": "available", "amount": 100, "fee": 3, "net": 97, "currency": "usd"}
    return _named(models.BalanceTransaction, "txn", {**given, "created_at": START}, fields)


def payout(**fields: Any) -> models.Payout:
    given = {"status": "paid", "amount": 97, "currency": "usd", "created_at": START}
    return _named(models.Payout, "po", given, fields)


def credit_note(**fields: Any) -> models.CreditNote:
    given = {"invoice_id": "in_1", "status": "issued", "currency": "usd", "subtotal": 1, "total": 1}
    return _named(models.CreditNote, "cn", {**given, **_owned(fields), "created_at": START}, fields)


def credit_note_line(**fields: Any) -> models.CreditNoteLine:
    given = {"credit_note_id": "cn_1", "type": "custom_line_item", "amount": 1, **_owned(fields)}
    return _named(models.CreditNoteLine, "cnli", given, fields)


def dispute(**fields: Any) -> models.Dispute:
    given = {"status": "needs_response", "amount": 1, "currency": "usd", **_owned(fields), "created_at": START}
    return _named(models.Dispute, "dp", given, fields)


def reconciliation_run(**fields: Any) -> models.ReconciliationRun:
    return models.ReconciliationRun.objects.create(**{"asked_by_kind": "system", "asked_by_id": "s", **fields})


def discrepancy(**fields: Any) -> models.Discrepancy:
    number = models.Discrepancy.objects.count()
    given = {"object_type": "invoice", "stripe_id": f"in_{number}", "kind": "field_differs"}
    run = fields.pop("run", None) or models.ReconciliationRun.objects.first() or reconciliation_run()
    return models.Discrepancy.objects.create(**{"run": run, **given, **fields})


def _owned(fields: dict[str, Any]) -> dict[str, Any]:
    return {} if "organization" in fields else {"organization": factories.OrganizationFactory()}
