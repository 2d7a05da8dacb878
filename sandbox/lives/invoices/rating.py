"""Tax rates where they are named: checked, and shown in full."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.protocol.errors import invalid

MAX_RATES = 5


def tax_rates(ctx: Context, ids: list[str] | None, path: str) -> list[Json]:
    """The rates with these ids, at most five, all different and active."""
    wanted = ids or []
    if len(wanted) > MAX_RATES or len(set(wanted)) < len(wanted):
        raise invalid(f"You may give at most {MAX_RATES} tax rates, each once.", path)
    found = [ctx.load("tax_rate", rate_id, f"{path}[{index}]", noun="tax rate") for index, rate_id in enumerate(wanted)]
    for index, rate in enumerate(found):
        if not rate["active"]:
            raise invalid(f"The tax rate {rate['id']} is inactive.", f"{path}[{index}]")
    return [public(rate) for rate in found]
