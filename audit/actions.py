"""The registry of actions: each name has a label and a formatter that makes a sentence of an entry."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit.models import AuditEntry


class UnknownAction(LookupError):
    """The action is not registered; add it to the app's `actions.py`."""


@dataclass(frozen=True, slots=True)
class Action:
    name: str
    label: str
    sentence: str

    def format(self, entry: "AuditEntry") -> str:
        """The entry as a sentence. Placeholders of `sentence` are fields of before, after and the entry."""
        words = _Words({**entry.before, **entry.after, "target": entry.target_id, "reason": entry.reason})
        return self.sentence.format_map(words)


class _Words(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "–"


_actions: dict[str, Action] = {}


def register(name: str, label: str, sentence: str) -> None:
    """Make an action known. Names are `noun.verb_in_past_tense`."""
    _actions[name] = Action(name, label, sentence)


def action_named(name: str) -> Action:
    try:
        return _actions[name]
    except KeyError:
        raise UnknownAction(f"{name!r} has no label; register it with audit.actions.register.") from None


def all_actions() -> dict[str, Action]:
    return dict(_actions)


def sentence_for(entry: "AuditEntry") -> str:
    return action_named(entry.action).format(entry)


register("personal_details.erased", "Personal details erased", "Erased what the log told of persons of {target}")
register("audit.tested", "Log tested", "Wrote a test entry; it tells of nothing")
register("audit.test_voided", "Test entry voided", "Voided the test entry before this one")
register("audit.exported", "Log exported", "Exported entries of the log up to {up_to}")
register("audit.verification_requested", "Verification started", "Had the log verified")
