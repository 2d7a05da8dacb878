"""The arithmetic under the cycles: boundaries of periods, rounding, nested forms."""

from datetime import UTC, datetime
from fractions import Fraction
from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from sandbox.money.fees import fee_of
from sandbox.money.money import divided
from sandbox.money.periods import later, next_boundary, previous_boundary
from sandbox.protocol.forms import decode

MOMENTS = st.integers(946_684_800, 2_524_608_000)  # 2000 to 2050
INTERVALS = st.sampled_from(
    [
        ("day", 1),
        ("day", 90),
        ("week", 1),
        ("week", 5),
        ("month", 1),
        ("month", 3),
        ("month", 36),
        ("year", 1),
        ("year", 3),
    ]
)


@given(anchor=MOMENTS, moment=MOMENTS, interval=INTERVALS)
def test_any_moment_lies_in_exactly_one_period(anchor: int, moment: int, interval: tuple[str, int]) -> None:
    end = next_boundary(anchor, *interval, moment)
    start = previous_boundary(anchor, *interval, end)
    assert start <= moment < end
    assert next_boundary(anchor, *interval, start) == end


@given(anchor=MOMENTS, months=st.integers(-200, 200))
def test_a_month_keeps_the_day_and_the_time_of_its_anchor(anchor: int, months: int) -> None:
    first = datetime.fromtimestamp(anchor, UTC)
    then = datetime.fromtimestamp(later(anchor, "month", months), UTC)
    assert then.time() == first.time()
    assert then.day == first.day or (then.day < first.day and then.day >= 28)
    assert (then.year * 12 + then.month) - (first.year * 12 + first.month) == months


@given(numerator=st.integers(-(10**18), 10**18), denominator=st.integers(1, 10**9))
def test_division_is_within_half_and_symmetric(numerator: int, denominator: int) -> None:
    assert abs(Fraction(numerator, denominator) - divided(numerator, denominator)) <= Fraction(1, 2)
    assert divided(-numerator, denominator) == -divided(numerator, denominator)


@given(amount=st.integers(1, 10**9))
def test_the_fee_is_never_below_its_fixed_part(amount: int) -> None:
    assert fee_of(amount) - 30 == divided(amount * 29, 1000)


LEAVES = st.text("ab1 é日😀[]&=%+#\n", max_size=8)
NAMES = st.text("abcdefgh_", min_size=1, max_size=6)
TREES = st.recursive(LEAVES, lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=3), max_leaves=8)


@given(tree=st.dictionaries(NAMES, TREES | st.lists(LEAVES, min_size=1, max_size=4), max_size=4))
def test_what_was_encoded_is_decoded(tree: dict) -> None:
    assert decode(urlencode(list(pairs(tree, "")))) == tree


def pairs(node: object, path: str) -> list[tuple[str, str]]:
    if isinstance(node, str):
        return [(path, node)]
    entries = enumerate(node) if isinstance(node, list) else node.items()  # type: ignore[attr-defined]
    return [pair for name, child in entries for pair in pairs(child, f"{path}[{name}]" if path else str(name))]
