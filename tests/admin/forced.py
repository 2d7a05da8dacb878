"""What a forced login leaves out: that the person showed who he is. Only tests that say so are spared the question."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.signals import user_logged_in

from billing.signin import recent


@contextmanager
def forced_logins_are_confirmed() -> Iterator[None]:
    """While this is open, `force_login` counts as the whole way in, with password and second factor."""

    def confirm(request: Any, **_: Any) -> None:
        recent.note(request)

    user_logged_in.connect(confirm, dispatch_uid="tests.forced")
    try:
        yield
    finally:
        user_logged_in.disconnect(confirm, dispatch_uid="tests.forced")
