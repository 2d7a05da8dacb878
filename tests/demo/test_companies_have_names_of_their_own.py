"""Two customers of one name could not be told apart in any list; and no name may be anybody's."""

import pytest

from deploy.demo.names import FIRST, MOST, SECOND, company_names


def test_there_are_as_many_as_are_promised():
    assert len(FIRST) * len(SECOND) == MOST == 240
    assert len(set(FIRST)) == len(FIRST)
    assert len(set(SECOND)) == len(SECOND)


@pytest.mark.parametrize("count", [0, 1, 2, 120, 239, MOST])
def test_none_comes_twice(count: int):
    assert len(set(company_names(count))) == len(company_names(count)) == count


def test_more_companies_leave_the_first_as_they_were():
    assert company_names(MOST)[:50] == company_names(50)


def test_they_are_mixed():
    firsts = [name.split()[0] for name in company_names(20)]
    assert len(set(firsts)) > 10


@pytest.mark.parametrize("name", company_names(MOST)[::24])
def test_each_is_two_words(name: str):
    first, second = name.split(" ")
    assert first in FIRST
    assert second in SECOND
