"""The demo company: made once, by the command `seed_demo`, when all processes run."""

import json
from typing import Any

from deploy.embedded import commands, credentials
from deploy.embedded.failure import CannotStart
from deploy.embedded.session import Session

_REMEMBERED = "demo"


def ensure(session: Session) -> dict[str, Any]:
    """What `seed_demo` told of staff and keys when it made the company.

    It is noted only when the command has ended well: after an interruption the command runs again, and finishes
    or clears what it had begun. Raises CannotStart, Stopped.
    """
    known = session.installation.recall(_REMEMBERED)
    if known:
        return dict(known)
    lines: list[str] = []
    remark = "18 months of customers and invoices, once: this takes a few minutes"
    with session.progress.step("Demo company", remark, draws_itself=True):
        command = commands.manage("seed_demo")
        commands.run(command, session.environment, stop=session.stop, line=lines.append, own_progress=True)
    return dict(session.installation.remember(_REMEMBERED, _product_part(lines)))


def _product_part(lines: list[str]) -> dict[str, Any]:
    """The last line of the command's output: one JSON object."""
    last = next((line for line in reversed(lines) if line.strip()), "")
    try:
        product = dict(json.loads(last))
    except (ValueError, TypeError):  # no JSON, or JSON of something else than an object
        raise CannotStart(f"seed_demo did not end with its credentials, but with: {last[:200]}") from None
    missing = [key for key in credentials.PRODUCT_KEYS if key not in product]
    if missing:
        raise CannotStart(f"seed_demo did not tell: {', '.join(missing)}")
    return product
