"""The effect panel: what a verb would do, in eight fixed rows, before anybody presses the button."""

from collections import Counter
from dataclasses import dataclass

from django.core import signing
from django.utils.html import strip_tags

NO_CHANGE = "no change"
SALT = "countinghouse.effect"


@dataclass(frozen=True, slots=True)
class EffectRow:
    label: str
    value: object

    @property
    def changes(self) -> bool:
        return self.value != NO_CHANGE

    @property
    def text(self) -> str:
        return " ".join(strip_tags(str(self.value)).split())


@dataclass(frozen=True, slots=True)
class Effect:
    """All eight are always printed, so that nothing can be overlooked by its absence."""

    pays: object = NO_CHANGE
    invoice: object = NO_CHANGE
    next_invoice: object = NO_CHANGE
    tax: object = NO_CHANGE
    mrr: object = NO_CHANGE
    access: object = NO_CHANGE
    mails: object = NO_CHANGE
    undo: object = NO_CHANGE

    @property
    def rows(self) -> list[EffectRow]:
        return [
            EffectRow("Customer pays or gets now", self.pays),
            EffectRow("Invoice or balance", self.invoice),
            EffectRow("Next invoice", self.next_invoice),
            EffectRow("Tax", self.tax),
            EffectRow("MRR, before discounts", self.mrr),
            EffectRow("Access and limits", self.access),
            EffectRow("Mails that go out", self.mails),
            EffectRow("Can be undone", self.undo),
        ]


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of what was shown beside what is true now."""

    label: str
    shown: str
    now: str

    @property
    def differs(self) -> bool:
        return self.shown != self.now


def sealed(rows: list[EffectRow]) -> str:
    """What was shown, signed, to travel with the form."""
    return signing.dumps([[row.label, row.text] for row in rows], salt=SALT, compress=True)


def opened(seal: str) -> list[list[str]]:
    """The rows that a form showed; none where the seal is broken or missing."""
    try:
        content: list[list[str]] = signing.loads(seal, salt=SALT)
    except signing.BadSignature:
        return []
    return content


def differences(seal: str, rows: list[EffectRow]) -> list[Difference]:
    """Every row of both versions, in the order of the new one."""
    return paired(opened(seal), rows)


def paired(before: list[list[str]], rows: list[EffectRow]) -> list[Difference]:
    """Rows of the same label beside each other; of several, such as the tax of the invoice and of the panel, the first
    beside the first."""
    shown, now = _numbered(before), _numbered([[row.label, row.text] for row in rows])
    return [Difference(key[0], shown.get(key, "–"), now.get(key, "–")) for key in {**now, **shown}]


def _numbered(rows: list[list[str]]) -> dict[tuple[str, int], str]:
    met: Counter[str] = Counter()
    numbered = {}
    for label, text in rows:
        met[label] += 1
        numbered[label, met[label]] = text
    return numbered
