"""Sealed texts are bound to their place, name their key, and refuse any change."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.sealing import (
    CannotSeal,
    CannotUnseal,
    blind_index,
    blind_indexes,
    derived_key,
    is_sealed_with_newest,
    key_id,
    seal,
    sealing_key,
    unseal,
)
from tests.audit.keys import NEW, OLD, THIRD

PLACE = "billing_paymentmethod.card_last_four:pm_1"


@given(text=st.text(max_size=300), place=st.text(max_size=80))
def test_what_was_sealed_is_opened(text: str, place: str) -> None:
    assert unseal(seal(text, place=place), place=place) == text


@given(text=st.text(min_size=1, max_size=50))
def test_nothing_of_the_text_shows(text: str) -> None:
    sealed = seal(text, place=PLACE)
    assert sealed.startswith(f"v1.{key_id('MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=')}.")
    assert len(text) < 4 or text not in sealed


@pytest.mark.parametrize(
    "other",
    [
        "billing_paymentmethod.card_last_four:pm_2",  # another row
        "billing_paymentattempt.card_last_four:pm_1",  # another table
        "billing_paymentmethod.card_brand:pm_1",  # another column
        PLACE + " ",
        "",
    ],
)
def test_another_place_does_not_open_it(other: str) -> None:
    with pytest.raises(CannotUnseal, match="not sealed for"):
        unseal(seal("4242", place=PLACE), place=other)


def test_two_texts_that_change_places_both_fail() -> None:
    places = [PLACE, PLACE.replace("pm_1", "pm_2")]
    first, second = (seal("4242", place=place) for place in places)
    for sealed, place in ((second, places[0]), (first, places[1])):
        with pytest.raises(CannotUnseal):
            unseal(sealed, place=place)


def test_any_flipped_bit_is_found() -> None:
    sealed = seal("4242", place=PLACE)
    head, _, body = sealed.rpartition(".")
    content = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    for bit in range(len(content) * 8):
        bent = bytearray(content)
        bent[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CannotUnseal):
            unseal(f"{head}.{base64.urlsafe_b64encode(bent).decode().rstrip('=')}", place=PLACE)


@pytest.mark.parametrize(
    "broken", ["", "4242", "v1", "v1.", "v1.abc", "v1..x", "v2.{id}.{body}", "v1.{id}.!!", "v1.{id}.AAAA"]
)
def test_what_is_no_sealed_text_is_refused(broken: str) -> None:
    _, identity, body = seal("4242", place=PLACE).split(".")
    with pytest.raises(CannotUnseal):
        unseal(broken.format(id=identity, body=body), place=PLACE)


def test_the_same_text_in_the_same_place_is_sealed_alike() -> None:
    """So that a row that is written again does not change."""
    assert seal("4242", place=PLACE) == seal("4242", place=PLACE)


def test_places_and_texts_never_look_alike() -> None:
    made = {seal(text, place=f"{PLACE}{number}") for text in ("4242", "4243", "") for number in range(100)}
    nonces = {base64.urlsafe_b64decode(sealed.split(".")[2] + "==")[:12] for sealed in made}
    assert (len(made), len(nonces)) == (300, 300)


def test_place_and_text_are_told_apart() -> None:
    """Else two pairs of one nonce would tell of each other."""
    nonces = {seal(text, place=place).split(".")[2][:16] for place, text in (("a", "bc"), ("ab", "c"), ("", "abc"))}
    assert len(nonces) == 3


def test_older_keys_open_and_the_newest_seals(settings: pytest.FixtureRequest) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    before = seal("4242", place=PLACE)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    after = seal("4242", place=PLACE)
    assert [unseal(one, place=PLACE) for one in (before, after)] == ["4242", "4242"]
    assert [sealing_key(one) for one in (before, after)] == [key_id(OLD), key_id(NEW)]
    assert [is_sealed_with_newest(one) for one in (before, after)] == [False, True]
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CannotUnseal, match=f"with the key '{key_id(OLD)}'"):
        unseal(before, place=PLACE)


def test_a_key_is_named_without_telling_of_it() -> None:
    names = [key_id(key) for key in (OLD, NEW, THIRD)]
    assert len(set(names)) == 3
    assert all(len(name) == 8 and name not in key for name, key in zip(names, (OLD, NEW, THIRD), strict=True))


def test_keys_of_two_purposes_have_nothing_in_common() -> None:
    made = {derived_key(OLD, purpose) for purpose in ("columns", "nonces", "id", "index/a.b")}
    assert len(made) == 4
    assert {len(key) for key in made} == {32}


def test_a_blind_index_is_equal_for_equal_texts_of_one_column(settings: pytest.FixtureRequest) -> None:
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    here = blind_index("4242", purpose="a.last_four")
    assert here == blind_index("4242", purpose="a.last_four")
    assert here not in (blind_index("4243", purpose="a.last_four"), blind_index("4242", purpose="b.last_four"))
    settings.ENCRYPTION_KEYS = [OLD]
    older = blind_index("4242", purpose="a.last_four")
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert blind_indexes("4242", purpose="a.last_four") == [here, older]
    assert here != older


def test_without_a_key_nothing_is_sealed(settings: pytest.FixtureRequest) -> None:
    settings.ENCRYPTION_KEYS = []
    with pytest.raises(CannotSeal, match="ENCRYPTION_KEY is not set"):
        seal("4242", place=PLACE)


def test_in_development_the_secret_key_serves(settings: pytest.FixtureRequest) -> None:
    settings.ENCRYPTION_KEYS, settings.DEBUG = [], True
    sealed = seal("4242", place=PLACE)
    assert unseal(sealed, place=PLACE) == "4242"
    assert sealing_key(sealed) == key_id(settings.SECRET_KEY)
