"""Seal the texts that were stored plain, in batches that commit; stopped anywhere, it goes on where it was.

Then the blind index gets its index. Also takes out Stripe's secret key, which dj-stripe kept in clear: it is asked
for again, and kept as a digest (billing.gateway.mirror).
"""

from collections.abc import Callable
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connection, migrations, models, transaction

from audit.sealed_field import place_of, purpose_of
from audit.sealing import blind_index, seal, unseal

BATCH = 1000
COLUMNS = [
    ("billing_paymentmethod", "card_last_four", "card_last_four_index"),
    ("billing_paymentattempt", "card_last_four", ""),
    ("billing_invoice", "hosted_invoice_url", ""),
]
# The rows of a batch are locked, so that a writer of the version before is not written over
NEXT = "SELECT id, stripe_id, {column} FROM {table} WHERE id > %s AND {which} ORDER BY id LIMIT %s FOR UPDATE"
STORE = """
UPDATE {table} AS kept SET {column} = made.text {index}
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS made(id, text, found_by) WHERE kept.id = made.id
"""
PLAIN, SEALED = "{column} <> '' AND {column} NOT LIKE 'v1.%%'", "{column} LIKE 'v1.%%'"

Change = Callable[[str, str, str, str], tuple[str, str]]


def seal_all(apps: Any, schema_editor: Any) -> None:
    def sealed(table: str, column: str, key: str, text: str) -> tuple[str, str]:
        return seal(text, place=place_of(table, column, key)), blind_index(text, purpose=purpose_of(table, column))

    _change_all(PLAIN, sealed)


def open_all(apps: Any, schema_editor: Any) -> None:
    def opened(table: str, column: str, key: str, text: str) -> tuple[str, str]:
        return unseal(text, place=place_of(table, column, key)), ""

    _change_all(SEALED, opened)


def _change_all(which: str, change: Change) -> None:
    for table, column, index in COLUMNS:
        words = {"table": table, "column": column, "which": which.format(column=column)}
        store = STORE.format(**words, index=f", {index} = made.found_by" if index else "")
        after = 0
        while after := _change_batch(
            NEXT.format(**words), store, after, lambda *of, at=(table, column): change(*at, *of)
        ):
            pass


def _change_batch(select: str, store: str, after: int, change: Callable[[str, str], tuple[str, str]]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(select, [after, BATCH])
        rows = cursor.fetchall()
        if not rows:
            return 0
        made = [(number, *change(key, text)) for number, key, text in rows]
        cursor.execute(store, [list(column) for column in zip(*made, strict=True)])
        return int(rows[-1][0])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("billing", "0007_columns_for_sealed_text"),
        ("djstripe", "0001_initial"),
    ]
    operations = [
        migrations.RunPython(seal_all, open_all),
        AddIndexConcurrently(
            "paymentmethod",
            models.Index(fields=["card_last_four_index", "-id"], name="payment_method_last_four"),
        ),
        migrations.RunSQL("DELETE FROM djstripe_apikey", migrations.RunSQL.noop),
    ]
