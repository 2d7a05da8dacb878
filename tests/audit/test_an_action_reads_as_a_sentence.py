"""Staff read sentences, not field names; an entry of any age and with any gap must still give one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import actions
from audit.actions import Action, UnknownAction, action_named, all_actions, register, sentence_for
from audit.models import AuditEntry


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch):
    """A registry of the test's own."""
    monkeypatch.setattr(actions, "_actions", {})
    register("thing.moved", "Thing moved", "Moved {target} from {place} to {new_place}: {reason}")


def entry(**fields: object) -> AuditEntry:
    return AuditEntry(**{"action": "thing.moved", "target_type": "thing", "target_id": "thing_1", **fields})


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"before": {"place": "A"}, "after": {"new_place": "B"}, "reason": "asked"},
            "Moved thing_1 from A to B: asked",
        ),
        ({"before": {"place": "A"}, "after": {"place": "B"}}, "Moved thing_1 from B to –: "),
        ({}, "Moved thing_1 from – to –: "),
        ({"after": {"place": None, "new_place": 0}}, "Moved thing_1 from None to 0: "),
        ({"after": {"place": "{target}", "new_place": "{0}"}}, "Moved thing_1 from {target} to {0}: "),
        ({"after": {"target": "forged", "reason": "forged"}, "reason": "real"}, "Moved thing_1 from – to –: real"),
    ],
)
def test_of_what_stands_in_the_entry(fields: dict, sentence: str):
    assert sentence_for(entry(**fields)) == sentence


@pytest.mark.usefixtures("registered")
def test_an_unknown_name_says_what_to_do():
    with pytest.raises(UnknownAction) as refused:
        action_named("thing.lost")
    assert refused.value.args == ("'thing.lost' has no label; register it with audit.actions.register.",)
    with pytest.raises(LookupError):
        sentence_for(entry(action="thing.lost"))


@pytest.mark.usefixtures("registered")
def test_a_registered_one_is_found_whole():
    found = action_named("thing.moved")
    assert (found.name, found.label) == ("thing.moved", "Thing moved")
    assert found.sentence.startswith("Moved {target}")


@pytest.mark.usefixtures("registered")
def test_registering_again_replaces():
    register("thing.moved", "Moved", "Somebody moved it")
    assert list(all_actions()) == ["thing.moved"]
    assert sentence_for(entry()) == "Somebody moved it"


@pytest.mark.usefixtures("registered")
def test_the_list_of_all_is_a_copy():
    all_actions().clear()
    assert list(all_actions()) == ["thing.moved"]


def test_an_action_cannot_be_changed():
    with pytest.raises(AttributeError):
        Action("a.b", "A", "B").label = "C"  # type: ignore[misc]


@pytest.mark.parametrize("name", sorted(all_actions()))
def test_each_of_the_products_gives_one_for_an_empty_entry(name: str):
    sentence = sentence_for(entry(action=name))
    assert sentence
    assert sentence[0].isupper() or sentence[0] == "–"
    assert "{" not in sentence


@given(
    fields=st.dictionaries(
        st.sampled_from(["target", "reason", "plan", "amount", "status", "number", "x"]),
        st.one_of(st.none(), st.integers(), st.text(max_size=20), st.lists(st.integers(), max_size=3)),
    ),
    reason=st.text(max_size=30),
    name=st.sampled_from(sorted(all_actions())),
)
def test_no_content_of_an_entry_breaks_a_sentence(fields: dict, reason: str, name: str):
    assert sentence_for(entry(action=name, before=fields, after=fields, reason=reason))
