"""What may become of a customer: a fate a name, with what happens how many days after its sign-up."""

from sandbox.company.fate import Fate
from sandbox.company.fates import (
    banks,
    bills,
    changing,
    credits,
    disputes,
    ends,
    failing,
    notes,
    pauses,
    plain,
    planned,
    refunds,
    shopping,
    trials,
    usage,
)

KINDS = (
    plain,
    trials,
    changing,
    pauses,
    ends,
    failing,
    banks,
    refunds,
    disputes,
    credits,
    bills,
    notes,
    planned,
    shopping,
    usage,
)
FATES: tuple[Fate, ...] = tuple(fate for kind in KINDS for fate in kind.FATES)
