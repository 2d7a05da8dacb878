"""Which parameters Stripe has, for telling apart what is only not modelled here.

`stripe_parameters.json` is made from the SDK by `python -m tests.sandbox.parameters`, an operation a line.
"""

import re
from pathlib import Path

from sandbox.jsons import Json, loads
from sandbox.protocol.errors import StripeError

_OPERATIONS: Json = loads((Path(__file__).parent / "stripe_parameters.json").read_bytes())


def explained(refused: StripeError, operation: str) -> StripeError:
    """An error for an unknown parameter says so where Stripe would know it."""
    if refused.fields.get("code") == "parameter_unknown" and _is_stripes(operation, str(refused.fields["param"])):
        refused.message += ". It is a parameter of Stripe that this sandbox does not model."
    return refused


def _is_stripes(operation: str, path: str) -> bool:
    known = _OPERATIONS.get(re.sub(r"\{\w+\}", "{id}", operation))
    for name in re.findall(r"[^\[\]]+", path):
        if known is None or name.isdecimal():
            continue
        known = known.get(name)
    return known is not None
