"""What a guarded verb would do, as the rows of its effect panel: when it was asked for, and now."""

from collections.abc import Callable
from typing import Any

from billing.admin.effects import Effect, EffectRow
from billing.services.guarded import MoneyEffect, Parameters
from billing.templatetags.parts import money_part
from billing.templatetags.viewer import Viewer

Rows = Callable[[Any, Parameters, MoneyEffect, Viewer], list[EffectRow]]

_rows: dict[str, Rows] = {}


def tells(verb: str) -> Callable[[Rows], Rows]:
    """Declare how the effect of a verb is told."""

    def declare(rows: Rows) -> Rows:
        _rows[verb] = rows
        return rows

    return declare


def rows_of(verb: str, target: Any, parameters: Parameters, effect: MoneyEffect, viewer: Viewer) -> list[EffectRow]:
    """The rows of the panel; of a verb that nobody has told, the amount alone."""
    told = _rows.get(verb)
    if told is None or target is None:
        return Effect(pays=money_part(effect.amount, effect.currency, viewer)).rows
    return told(target, parameters, effect, viewer)
