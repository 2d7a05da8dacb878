"""What happens on a save is called by name, not by a signal."""

import weakref

from django.db.models import signals

from tests.architecture.sources import CODE

WATCHED = ("pre_init", "post_init", "pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed")


def our_receivers() -> list[str]:
    """Receivers of model signals that are defined in our packages."""
    return [
        f"{name}: {receiver.__module__}.{receiver.__qualname__}"
        for name in WATCHED
        for receiver in _receivers(getattr(signals, name))
        if receiver.__module__.split(".")[0] in CODE
    ]


def _receivers(signal):
    for _, receiver, *_ in signal.receivers:
        function = receiver() if isinstance(receiver, weakref.ReferenceType) else receiver
        if function is not None:
            yield function


def test_there_are_none():
    assert our_receivers() == []


def test_a_planted_one_is_found():
    def planted(**_):
        """Does nothing."""

    planted.__module__ = "billing.models.planted"
    signals.post_save.connect(planted)
    try:
        assert len(our_receivers()) == 1
    finally:
        signals.post_save.disconnect(planted)
