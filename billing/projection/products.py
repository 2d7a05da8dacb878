"""product -> Plan."""

import hashlib
import re

from billing.models import Plan
from billing.projection.snapshot import NAME_LENGTH, Projectable
from billing.projection.upsert import upsert


def project(objects: list[Projectable]) -> None:
    """The code is the product's metadata `plan`, else made of its id; a plan keeps the code it has."""
    plans = [plan(one) for one in sorted(objects, key=lambda one: one.stripe_id)]
    _keep_codes_apart(plans)
    upsert(Plan, plans, key="stripe_product_id")


def _keep_codes_apart(plans: list[Plan]) -> None:
    """Two products may claim one code; whoever comes second gets a code of its product's id."""
    choices = [(plan, [plan.code, *codes_of_id(str(plan.stripe_product_id))]) for plan in plans]
    wanted = {code for _, codes in choices for code in codes}
    holders = dict(Plan.objects.filter(code__in=wanted).values_list("code", "stripe_product_id"))
    for plan, codes in choices:
        free = (code for code in codes if holders.setdefault(code, plan.stripe_product_id) == plan.stripe_product_id)
        plan.code = next(free)


def plan(one: Projectable) -> Plan:
    product = one.snapshot
    return Plan(
        stripe_product_id=one.stripe_id,
        code=plan_code(product),
        name=(product.get("name") or one.stripe_id)[:NAME_LENGTH],
        description=product.get("description") or "",
        active=bool(product.get("active")) and not one.deleted,
    )


def plan_code(product: dict[str, object]) -> str:
    metadata = product.get("metadata")
    named = metadata.get("plan") if isinstance(metadata, dict) else None
    return code_from(str(named or product["id"]))


def code_from(text: str) -> str:
    return re.sub(r"[^a-z0-9_-]+", "-", text.lower())[:64]


def codes_of_id(product_id: str) -> tuple[str, str]:
    """The id itself, and where another plan has that (ids can be chosen, and keep their case) a digest with it."""
    code = code_from(product_id)
    return code, f"{code[:55]}-{hashlib.sha256(product_id.encode()).hexdigest()[:8]}"
