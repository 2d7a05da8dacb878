"""Between question and answer somebody else may have written the row: an older answer must never win."""

from typing import Any

import pytest

from billing.models import Organization, StripeObject
from billing.services import read_back
from billing.services.read_back import TooContended, note_version
from tests.services.one_account import Shared


@pytest.fixture
def row(customer: Organization) -> StripeObject:
    return StripeObject.objects.get(stripe_id=customer.stripe_customer_id)


def name_of(customer: Organization) -> str:
    customer.refresh_from_db()
    return customer.name


def written_by_somebody(row: StripeObject) -> None:
    stored = StripeObject.objects.get(pk=row.pk)
    stored.version += 1
    stored.save()


@pytest.mark.django_db
def test_of_what_we_do_not_have_there_is_no_version() -> None:
    assert note_version("cus_unknown") == 0
    assert note_version("") == 0


def test_the_version_is_the_rows(row: StripeObject) -> None:
    assert note_version(row.stripe_id) == row.version
    written_by_somebody(row)
    assert note_version(row.stripe_id) == row.version + 1


def test_an_answer_that_nobody_overtook_is_applied(customer: Organization, row: StripeObject) -> None:
    answer = {**row.snapshot, "name": "Renamed"}
    read_back.read_back(answer, noted_version=row.version)
    assert name_of(customer) == "Renamed"
    assert note_version(row.stripe_id) > row.version


def test_the_same_again_changes_nothing(customer: Organization, row: StripeObject) -> None:
    read_back.read_back(row.snapshot, noted_version=row.version)
    again = StripeObject.objects.get(pk=row.pk)
    assert (again.snapshot, name_of(customer)) == (row.snapshot, "Acme")


@pytest.mark.parametrize("noted", [0, 99])
def test_for_one_that_was_overtaken_stripe_is_asked_again(
    customer: Organization, row: StripeObject, noted: int
) -> None:
    """What is applied then is Stripe's, not the answer's."""
    read_back.read_back({**row.snapshot, "name": "Overtaken"}, noted_version=noted)
    assert name_of(customer) == "Acme"


def rushed(row: StripeObject, monkeypatch: pytest.MonkeyPatch, times: int) -> list[str]:
    """Somebody writes the row while Stripe is asked, so many times; the list grows with each question."""
    questions: list[str] = []
    fetch = read_back.fetch_object

    def asked(object_type: str, stripe_id: str, **how: Any) -> Any:
        if len(questions) < times:
            written_by_somebody(row)
        questions.append(stripe_id)
        return fetch(object_type, stripe_id)

    monkeypatch.setattr(read_back, "fetch_object", asked)
    return questions


@pytest.mark.parametrize("times", [1, 3])
def test_it_is_asked_until_nobody_writes_in_between(
    customer: Organization, row: StripeObject, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    questions = rushed(row, monkeypatch, times)
    read_back.read_back({**row.snapshot, "name": "Overtaken"}, noted_version=0)
    assert questions == [row.stripe_id] * (times + 1)
    assert name_of(customer) == "Acme"


def test_but_not_for_ever(customer: Organization, row: StripeObject, monkeypatch: pytest.MonkeyPatch) -> None:
    questions = rushed(row, monkeypatch, 100)
    with pytest.raises(TooContended, match=f"{row.stripe_id} changed each time"):
        read_back.read_back({**row.snapshot, "name": "Overtaken"}, noted_version=0)
    assert len(questions) == read_back.ROUNDS
    assert name_of(customer) == "Acme"


def test_an_object_of_nobody_we_know_makes_its_organization(at_hand: Shared, row: StripeObject) -> None:
    stranger = {**row.snapshot, "id": "cus_stranger", "name": "Stranger", "metadata": {}}
    read_back.read_back(stranger, noted_version=0)
    made = Organization.objects.get(stripe_customer_id="cus_stranger")
    assert (made.name, made.origin) == ("Stranger", "stripe")
