"""Actor, request and address are known without being passed along; a wrong actor would be a wrong entry for ever."""

import contextvars
import threading

import pytest

from audit.actor import STRIPE, SYSTEM, Actor, ActorKind
from audit.context import Context, acting, current, current_tenant

PERSON = Actor(ActorKind.USER, "7")
STAFF = Actor(ActorKind.STAFF, "8")


def test_unless_somebody_acts_it_is_the_system():
    assert current() == Context(actor=SYSTEM, request_id="", ip_address=None, source="system")
    assert current_tenant() is None


def test_inside_it_is_whoever_acts_and_afterwards_as_before():
    before = current()
    with acting(PERSON, request_id="req_1", ip_address="192.0.2.1", source="web") as given:
        assert current() is given
        assert current() == Context(PERSON, "req_1", "192.0.2.1", "web")
    assert current() is before


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, Context(PERSON, "req_1", "192.0.2.1", "web")),
        ({"actor": STAFF}, Context(STAFF, "req_1", "192.0.2.1", "web")),
        ({"request_id": "req_2"}, Context(PERSON, "req_2", "192.0.2.1", "web")),
        ({"request_id": ""}, Context(PERSON, "", "192.0.2.1", "web")),
        ({"ip_address": "2001:db8::1"}, Context(PERSON, "req_1", "2001:db8::1", "web")),
        ({"ip_address": ""}, Context(PERSON, "req_1", "192.0.2.1", "web")),
        ({"source": "api"}, Context(PERSON, "req_1", "192.0.2.1", "api")),
        ({"source": ""}, Context(PERSON, "req_1", "192.0.2.1", "web")),
        ({"actor": STRIPE, "source": "webhook"}, Context(STRIPE, "req_1", "192.0.2.1", "webhook")),
    ],
)
def test_what_an_inner_one_does_not_say_stays(given: dict, expected: Context):
    with acting(PERSON, request_id="req_1", ip_address="192.0.2.1", source="web") as outer:
        with acting(**given):
            assert current() == expected
        assert current() is outer


def test_an_exception_takes_the_actor_along():
    with pytest.raises(ZeroDivisionError), acting(PERSON), acting(STAFF):
        raise ZeroDivisionError
    assert current().actor is SYSTEM


def test_an_inner_exception_that_is_caught_leaves_the_outer_actor():
    with acting(PERSON):
        with pytest.raises(ZeroDivisionError), acting(STAFF):
            raise ZeroDivisionError
        assert current().actor is PERSON


def test_deep_nesting_unwinds_step_by_step():
    actors = [Actor(ActorKind.USER, str(number)) for number in range(20)]
    blocks = [acting(actor) for actor in actors]
    for block, actor in zip(blocks, actors, strict=True):
        block.__enter__()
        assert current().actor is actor
    for block, actor in zip(reversed(blocks), reversed(actors), strict=True):
        assert current().actor is actor
        block.__exit__(None, None, None)
    assert current().actor is SYSTEM


def test_it_works_as_a_decorator():
    @acting(STAFF, source="command")
    def command() -> Context:
        return current()

    assert (command().actor, command().source) == (STAFF, "command")
    assert current().actor is SYSTEM


def test_another_thread_is_nobodys_until_it_says_who():
    seen = []
    with acting(PERSON, request_id="req_1"):
        thread = threading.Thread(target=lambda: seen.append(current()))
        thread.start()
        thread.join()
    assert seen == [Context()], "a worker thread must not act in the name of the request that started it"


def test_a_copied_context_carries_the_actor_into_a_thread_and_nothing_back():
    seen = []

    def work() -> None:
        with acting(source="thread"):
            seen.append(current())

    with acting(PERSON):
        copied = contextvars.copy_context()
        thread = threading.Thread(target=copied.run, args=(work,))
        thread.start()
        thread.join()
        assert current().source == "system"
    assert seen == [Context(PERSON, source="thread")]


def test_threads_at_once_do_not_see_each_other():
    together, seen = threading.Barrier(8), {}

    def work(number: int) -> None:
        with acting(Actor(ActorKind.API_KEY, str(number))):
            together.wait(10)
            seen[number] = current().actor.id
            together.wait(10)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {number: str(number) for number in range(8)}


@pytest.mark.parametrize("kind", ActorKind)
def test_a_kind_is_written_as_its_word(kind: ActorKind):
    assert f"{Actor(kind, '1').kind}" == kind.value == kind.name.lower()


def test_an_actor_is_a_value_and_cannot_be_changed():
    assert Actor(ActorKind.USER, "7") == PERSON
    assert Actor(ActorKind.STAFF, "7") != PERSON
    assert len({PERSON, Actor(ActorKind.USER, "7"), STAFF}) == 2
    with pytest.raises(AttributeError):
        PERSON.id = "8"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        current().source = "forged"  # type: ignore[misc]
