"""Two writers, one log: what the product appends and what `log_billing_action` appends must be alike to the byte."""

import json

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from audit import personal
from audit.canonical import canonical
from audit.context import tenant
from audit.models import AuditEntry
from audit.personal import divided
from audit.record import record
from tests.audit.ledger import verified

HOSTILE = [
    "", " ", '"', "\\", "\\\\", "/", "\t\n\r\b\f\x01\x1f\x7f", "ümlaut", "e\u0301", "🜂", "\u2028\u2029", "\ufeff",
    "\uffff", "<script>", "'; DROP TABLE x; --", "%s %(x)s {} {0}", "null", "1e400", "\u200e\u202e", "a" * 1000,
]  # fmt: skip

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12) | st.sampled_from(
    HOSTILE
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.decimals(-1000, 1000, places=2).map(float) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from(
    [*personal.PERSONAL_NAMES.split("|"), *personal.NOT_KEPT_NAMES.split("|"), "plan", "status", "id"]
)


def asked(query: str, *parameters: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchone()[0]


class ForAnyValue(TestCase):
    @settings(max_examples=150, deadline=None)
    @given(value=values)
    def test_the_canonical_text(self, value: object):
        assert asked("SELECT audit_canonical(%s::jsonb)", json.dumps(value)) == canonical(value).decode()

    @settings(max_examples=150, deadline=None)
    @given(entered=st.dictionaries(names | texts, values | st.dictionaries(names, texts, max_size=3), max_size=4))
    def test_what_is_shown_and_what_lies_aside(self, entered: dict):
        with connection.cursor() as cursor:
            cursor.execute("SELECT shown::text, aside::text FROM audit_divided(%s::jsonb)", [json.dumps(entered)])
            found = [json.loads(text) for text in cursor.fetchone()]
        assert [canonical(one) for one in found] == [canonical(one) for one in divided(entered)]


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_as_name_and_as_value(text: str):
    value = {text: text, "list": [text, {text: None}]}
    assert asked("SELECT audit_canonical(%s::jsonb)", json.dumps(value)) == canonical(value).decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0"), (-1, "-1"), (2**63 - 1, "9223372036854775807"), (2**63, '"9223372036854775808"'), (1.5, '"1.5"')],
)
def test_numbers_that_json_does_not_carry_become_text(number: float, written: str):
    assert canonical(number).decode() == written == asked("SELECT audit_canonical(%s::jsonb)", json.dumps(number))


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", "\ud800"])
def test_what_is_no_json_is_refused(value: object):
    with pytest.raises(TypeError):
        canonical(value)


METADATA = {"plan": "pro", "email": "a@example.com", "deep": [{"phone": "1"}], "token": "t", "n": 1, "text": HOSTILE[7]}


def appended(organization: int | None) -> AuditEntry:
    asked(
        "SELECT log_billing_action(%s, 'invoice.created', 'system', 'system', 'invoice', 'in_1', %s::jsonb)",
        organization,
        json.dumps(METADATA),
    )
    return AuditEntry.objects.order_by("-id")[0]


def test_an_entry_of_each_differs_in_time_place_and_key_alone(committing: str):
    with transaction.atomic():
        record("invoice.created", target=("invoice", "in_1"), organization_id=7, after=METADATA)
    by_python, by_sql = AuditEntry.objects.get(), appended(7)
    bodies = [dict(entry.body) for entry in (by_python, by_sql)]
    for body in bodies:
        body["personal"] = body["personal"]["fields"]
        del body["time"], body["source"]
    assert bodies[0] == bodies[1]
    assert list(json.loads(by_python.content)["body"]) == list(json.loads(by_sql.content)["body"])
    assert by_python.after == by_sql.after
    assert verified().intact


@pytest.mark.django_db
def test_the_view_shows_it_by_the_names_of_the_contract():
    appended(None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM billing_audit_log")
        columns = [column.name for column in cursor.description]
        [row] = cursor.fetchall()
    assert columns == [
        "organization_id", "action", "actor_type", "actor_id", "resource_type", "resource_id", "metadata", "created_at",
    ]  # fmt: skip
    assert row[:6] == (None, "invoice.created", "system", "system", "invoice", "in_1")
    shown = json.loads(row[6]) if isinstance(row[6], str) else row[6]
    assert shown == {**METADATA, "email": "[personal]", "deep": [{"phone": "[personal]"}], "token": "[redacted]"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "metadata", "why"),
    [("robot", "{}", "actor type robot is none of"), ("system", "[1]", "metadata must be a JSON object")],
)
def test_what_the_log_could_not_show_is_refused(kind: str, metadata: str, why: str):
    with pytest.raises(DatabaseError, match=why), transaction.atomic():
        asked("SELECT log_billing_action(NULL, 'a.b', %s, 'x', 'y', 'z', %s::jsonb)", kind, metadata)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "call", ["log_billing_action(1, 'a', 'system', '', 'b', 'c')", "audit_append('{1}', '{x}', '{x}', '{x}')"]
)
def test_a_customer_may_call_neither(call: str):
    with pytest.raises(DatabaseError, match="permission denied"), tenant(1):
        asked(f"SELECT {call}")
