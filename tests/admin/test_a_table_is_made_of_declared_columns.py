"""One declaration makes the wide and the narrow table: no cell may get lost on a narrow screen by accident, and
a list's own links must keep what the reader has chosen."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from billing.admin.columns import Chip, Column, Filter, all_rows, make_table, with_query
from billing.models import Invoice, Subscription
from tests import factories
from tests.admin.reading import lines, rendered, viewer

READER = viewer()


def col(title: str, narrow: str = "", number: bool = False) -> Column:
    return Column(title, lambda row, viewer: getattr(row, title.lower()), number, narrow)


ROW = SimpleNamespace(name="Acme", state="Active", total="$1", issued="Monday", notes="quiet")
COLUMNS = (col("Name"), col("State", "head"), col("Total", "own", True), col("Issued", "end"), col("Notes"))


def test_each_row_has_a_cell_for_each_column() -> None:
    table = make_table("Things", COLUMNS, [ROW, ROW], READER)
    assert lines(table) == [["Acme", "Active", "$1", "Monday", "quiet"]] * 2
    assert [column.title for column in table.columns] == ["Name", "State", "Total", "Issued", "Notes"]


def test_head_goes_under_the_name_and_end_under_the_last_that_stays() -> None:
    under = [cell.under for cell in make_table("Things", COLUMNS, [ROW], READER).lines[0]]
    assert under == [["Active"], [], ["Monday"], [], []]


def test_where_no_column_stays_all_goes_under_the_name() -> None:
    columns = (col("Name"), col("State", "head"), col("Issued", "end"))
    under = make_table("Things", columns, [ROW], READER).lines[0][0].under
    assert under == ["Active", "Monday"]


def test_several_heads_keep_their_order() -> None:
    columns = (col("Name"), col("State", "head"), col("Notes", "head"), col("Total", "own"))
    assert make_table("Things", columns, [ROW], READER).lines[0][0].under == ["Active", "quiet"]


def test_the_last_column_that_stays_takes_the_end() -> None:
    columns = (col("Name"), col("Total", "own"), col("Notes", "own"), col("Issued", "end"))
    assert [cell.under for cell in make_table("Things", columns, [ROW], READER).lines[0]] == [[], [], ["Monday"], []]


def test_no_rows_make_no_lines() -> None:
    assert make_table("Things", COLUMNS, [], READER).lines == []


def test_it_is_printed_as_a_table_that_can_be_heard() -> None:
    page = rendered('{% include "parts/table.html" %}', table=make_table("Things", COLUMNS, [ROW], READER))
    assert '<caption class="ch-hidden">Things</caption>' in page
    assert page.count('<th scope="col"') == 5
    assert page.count('<th scope="row">') == 1
    assert page.count("ch-under") == 2
    assert page.count("ch-right") == 2
    assert 'role="region" aria-label="Things" tabindex="0"' in page


def test_cells_are_escaped_in_both_places() -> None:
    row = SimpleNamespace(name="<b>A</b>", state="<i>S</i>")
    columns = (col("Name"), col("State", "head"))
    page = rendered('{% include "parts/table.html" %}', table=make_table("<u>T</u>", columns, [row], READER))
    for tag in ("<b>", "<i>", "<u>"):
        assert tag not in page
    assert page.count("&lt;i&gt;S&lt;/i&gt;") == 2


@pytest.mark.parametrize(
    ("query", "changes", "expected"),
    [
        ("", {"view": "open"}, "?view=open"),
        ("view=open", {"view": "paid"}, "?view=paid"),
        ("view=open&q=acme", {"view": ""}, "?q=acme"),
        ("a=1&a=2&view=open", {"a": ""}, "?view=open"),
        ("q=a%26b", {"at": "x"}, "?q=a%26b&at=x"),
        ("", {"q": ""}, "?"),
        ("q=%3Cb%3E", {"view": "a b"}, "?q=%3Cb%3E&view=a+b"),
    ],
)
def test_a_link_changes_one_word_of_the_address(query: str, changes: dict[str, str], expected: str) -> None:
    before = QueryDict(query)
    assert with_query(before, **changes) == expected
    assert before.urlencode() == QueryDict(query).urlencode()


def test_a_filter_names_its_value() -> None:
    assert Filter("currency", "Currency", "currency", str.upper).words("usd") == "USD"
    assert Filter("currency", "Currency", "currency").words("usd") == "usd"


def test_a_filter_takes_exactly_its_rows(db: None) -> None:
    factories.InvoiceFactory(currency="usd")
    found = factories.InvoiceFactory(currency="jpy")
    rows = Filter("currency", "Currency", "currency").applied(Invoice.objects.all(), "jpy")
    assert list(rows) == [found]


def test_a_filter_over_related_rows_repeats_none(db: None) -> None:
    """A subscription with two items of one plan is one row."""
    price = factories.PriceFactory()
    subscription = factories.SubscriptionFactory()
    factories.SubscriptionItemFactory.create_batch(2, subscription=subscription, price=price)
    factories.SubscriptionFactory()
    rows = Filter("plan", "Plan", "items__price__plan__code").applied(Subscription.objects.all(), price.plan.code)
    assert list(rows) == [subscription]


@pytest.mark.parametrize("value", ["abc", "1.5", "", "²"])
def test_a_value_that_the_column_cannot_hold_is_told(db: None, value: str) -> None:
    with pytest.raises((ValueError, ValidationError)):
        list(Filter("organization", "Organization", "organization_id").applied(Invoice.objects.all(), value))


def test_a_filters_own_rule_stands_before_its_lookup(db: None) -> None:
    wanted = Filter("none", "None", "currency", narrow=lambda rows, value: rows.none())
    factories.InvoiceFactory(currency="usd")
    assert list(wanted.applied(Invoice.objects.all(), "usd")) == []


def test_a_chip_for_all_takes_nothing_away(db: None) -> None:
    factories.InvoiceFactory.create_batch(3)
    assert Chip("all", "All", all_rows).narrow(Invoice.objects.all(), READER).count() == 3


@pytest.mark.parametrize(("key", "text"), [("in_1", "One"), ("", "One"), (None, "–")])
def test_a_reader_without_rights_gets_plain_text(key: str | None, text: str) -> None:
    assert READER.link("billing.invoice", key, text) == text


def test_plain_text_is_escaped_too() -> None:
    assert READER.link("billing.invoice", "in_1", "<b>") == "&lt;b&gt;"
