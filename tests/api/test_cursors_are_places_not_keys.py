"""A cursor is in the caller's hands: whatever is made of it, it opens no other rows and breaks nothing."""

import base64
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.api.pagination import Cursor, KeysetPagination
from billing.models import ApiKey, Membership, Payment, PaymentMethod, Subscription, User
from tests.api.calls import Api, problem
from tests.factories import (
    START,
    MembershipFactory,
    OrganizationFactory,
    PaymentFactory,
    SubscriptionFactory,
    api_key,
)

SCALARS = st.one_of(
    st.integers(-(2**53), 2**53),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.booleans(),
    st.none(),
)


@given(st.booleans(), st.lists(SCALARS, max_size=4))
def test_what_is_encoded_is_decoded(backwards, values):
    text = Cursor(backwards, values).encode()
    assert Cursor.decode(text) == Cursor(backwards, values)
    assert text.isascii()
    assert not set(text) & set("+/=&?# ")


@given(st.text(max_size=60))
def test_any_other_text_is_a_value_error_or_a_cursor(text):
    try:
        Cursor.decode(text)
    except ValueError:
        return


def b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "content", ["", "null", "{}", "1", '"x"', "[]", "[2]", "[-1, 5]", '["0", 5]', "[null, 5]", "[[0], 5]", "[0", "NaN"]
)
def test_a_cursor_begins_with_its_direction(content):
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds, all of them value errors
        Cursor.decode(b64(content))


LISTS = {
    "billing/payments": (Payment, "created_at"),
    "billing/payment-methods": (PaymentMethod, "created_at"),
    "billing/subscriptions": (Subscription, "stripe_created_at"),
    "memberships": (Membership, ""),
    "api-keys": (ApiKey, ""),
}


def fill(organization, path, rows):
    for number in range(rows):
        at = START + timedelta(seconds=number // 2)  # two of each second
        if path == "billing/payments":
            PaymentFactory(organization=organization, created_at=at)
        elif path == "billing/payment-methods":
            PaymentMethod.objects.create(
                stripe_id=f"pm_{organization.pk}_{number}", organization=organization, type="card", created_at=at
            )
        elif path == "billing/subscriptions":
            SubscriptionFactory(organization=organization, stripe_created_at=at)
        elif path == "memberships":
            user = User.objects.create(email=f"{organization.pk}.{number}@example.com")  # without a slow password
            MembershipFactory(organization=organization, user=user)
        else:
            api_key(organization, "billing:read")


def follow(api, url):
    parts = urlsplit(url)
    return api.get(f"{parts.path.removeprefix('/api/v1/')}?{parts.query}").json()


def ids(page):
    return [row["id"] for row in page["data"]]


@pytest.mark.django_db
@pytest.mark.parametrize("path", list(LISTS))
def test_every_list_is_walked_there_and_back(path):
    organization = OrganizationFactory()
    api = Api(api_key(organization, "billing:read"))
    fill(organization, path, 5)
    fill(OrganizationFactory(), path, 3)
    whole = ids(api.get(f"{path}?limit=100").json())
    page = api.get(f"{path}?limit=2").json()
    onwards = ids(page)
    while page["pagination"]["next"]:
        page = follow(api, page["pagination"]["next"])
        onwards += ids(page)
    backwards = ids(page)
    while page["pagination"]["previous"]:
        page = follow(api, page["pagination"]["previous"])
        backwards = ids(page) + backwards
    assert whole == onwards == backwards
    assert len(whole) == len(set(whole)) == (6 if path == "api-keys" else 5)


@pytest.mark.django_db
@pytest.mark.parametrize("path", list(LISTS))
def test_an_empty_list_leads_nowhere(path):
    organization = OrganizationFactory()
    api = Api(api_key(organization, "billing:read"))
    body = api.get(path).json()
    assert body["pagination"] == {"next": None, "previous": None, "limit": 25}
    assert len(body["data"]) == (1 if path == "api-keys" else 0)


@pytest.mark.django_db
@pytest.mark.parametrize("path", list(LISTS))
def test_a_cursor_of_another_organization_shows_ones_own_rows(path):
    mine, theirs = OrganizationFactory(), OrganizationFactory()
    for organization in (mine, theirs):
        fill(organization, path, 4)
    own, foreign = (Api(api_key(one, "billing:read")) for one in (mine, theirs))
    url = foreign.get(f"{path}?limit=2").json()["pagination"]["next"]
    seen = ids(follow(own, url))
    assert set(seen) <= set(ids(own.get(f"{path}?limit=100").json()))
    assert not set(seen) & set(ids(foreign.get(f"{path}?limit=100").json()))


@pytest.mark.django_db
@pytest.mark.parametrize("path", list(LISTS))
@pytest.mark.parametrize(
    "values", [[], [1, 2, 3], ["x"], [None], ["x", 1], ["2026-01-01", 1], [{"pk": 1}], [[1]], [10**30], ["1 OR 1=1"]]
)
def test_made_up_values_are_refused_in_the_same_words_everywhere(path, values):
    organization = OrganizationFactory()
    api = Api(api_key(organization, "billing:read"))
    text = b64(str([0, *values]).replace("'", '"').replace("None", "null"))
    answer = api.get(f"{path}?cursor={text}")
    if answer.status_code == 200:  # a number may be the place of a row: it is one of the caller's own or none
        assert LISTS[path][1] == ""
        return
    document = problem(answer, 400, "invalid_cursor")
    assert document["detail"] == "cursor is not one that this list gave; begin without it."


@pytest.mark.django_db
def test_a_changed_character_is_refused_or_another_place_of_the_same_rows():
    organization = OrganizationFactory()
    api = Api(api_key(organization, "billing:read"))
    fill(organization, "billing/payments", 4)
    fill(OrganizationFactory(), "billing/payments", 4)
    own = set(ids(api.get("billing/payments").json()))
    url = api.get("billing/payments?limit=1").json()["pagination"]["next"]
    (cursor,) = parse_qs(urlsplit(url).query)["cursor"]
    for place in range(0, len(cursor), 4):
        for other in "Aw-=":
            answer = api.get(f"billing/payments?cursor={cursor[:place]}{other}{cursor[place + 1 :]}")
            assert answer.status_code in (200, 400)
            assert answer.status_code == 400 or set(ids(answer.json())) <= own


@pytest.mark.django_db
@pytest.mark.parametrize(
    "ordering", [("id",), ("-id",), ("created_at", "id"), ("-created_at", "id"), ("status", "-id")]
)
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_are_slices_of_the_ordered_list(ordering, limit):
    organization = OrganizationFactory()
    for number in range(7):
        PaymentFactory(
            organization=organization,
            created_at=START + timedelta(seconds=number * 5 % 3),
            status=["succeeded", "canceled"][number % 2],
        )
    rows = Payment.objects.filter(organization=organization)
    expected = list(rows.order_by(*ordering))
    keyset, found, cursor = KeysetPagination[Payment](ordering), [], None
    for _ in range(8):
        page, _, following = keyset.page(rows, limit, cursor)
        found.append(page)
        if following is None:
            break
        cursor = Cursor.decode(following.encode())
    assert found == [expected[start : start + limit] for start in range(0, 7, limit)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "limit"), [("1", 1), ("25", 25), ("100", 100), ("101", 100), ("9" * 50, 100), ("007", 7)]
)
def test_the_size_of_a_page(api, text, limit):
    assert api.get(f"billing/payments?limit={text}").json()["pagination"]["limit"] == limit


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "0", "000", "-1", "+1", "1.5", "1e2", "0x10", "１", "ten", "1 0", "%00"])
def test_a_page_has_at_least_a_row(api, text):
    document = problem(api.get(f"billing/payments?limit={text}"), 400, "invalid_limit")
    assert document["detail"] == "limit must be a whole number from 1 to 100."


@pytest.mark.django_db
def test_addresses_are_whole_and_keep_what_was_asked(organization):
    api = Api(api_key(organization, "billing:read"), prefix="/api/")
    fill(organization, "billing/payments", 3)
    url = api.get("billing/payments?limit=1&note=a%26b").json()["pagination"]["next"]
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.path) == ("http", "testserver", "/api/billing/payments")
    query = parse_qs(parts.query)
    assert (query["note"], query["limit"]) == (["a&b"], ["1"])
    assert len(query["cursor"]) == 1
