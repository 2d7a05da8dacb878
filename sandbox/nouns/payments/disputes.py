"""Disputes: answered with evidence, or given up."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.payments import disputing
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import PAGE, RANGE, Kind, boolean, clearable, mapping, merge_metadata, metadata, text
from sandbox.shapes.dispute import TEXTS

LONGEST_EVIDENCE = 150_000
UPDATE: dict[str, Kind] = {
    "evidence": mapping({name: clearable(text) for name in TEXTS}),
    "metadata": metadata,
    "submit": boolean,
}
LIST: dict[str, Kind] = {**PAGE, "charge": text, "created": RANGE, "payment_intent": text}


def update(ctx: Context) -> Json:
    """Stages the evidence; it is sent to the bank unless `submit` is false."""
    dispute = ctx.load("dispute", ctx.path["id"])
    if "metadata" in ctx.params:
        dispute["metadata"] = merge_metadata(dispute["metadata"], ctx.params["metadata"])
    evidence = ctx.param("evidence")
    if evidence is None and not ctx.param("submit"):
        return public(ctx.update(dispute, "charge.dispute.updated"))
    _must_wait_for_an_answer(dispute)
    _stage(dispute, evidence or {})
    if ctx.param("submit", True):
        return public(disputing.submit(ctx, dispute))
    return public(ctx.update(dispute, "charge.dispute.updated"))


def _must_wait_for_an_answer(dispute: Json) -> None:
    if dispute["status"] not in ("needs_response", "warning_needs_response"):
        raise invalid(f"This dispute is {dispute['status']}: its evidence can no longer be changed.")


def _stage(dispute: Json, evidence: Json) -> None:
    staged = {**dispute["evidence"], **evidence}
    texts = [value for value in staged.values() if isinstance(value, str) and value]
    if sum(map(len, texts)) > LONGEST_EVIDENCE:
        raise invalid("The combined character count of evidence exceeds the limit of 150,000.", "evidence")
    dispute["evidence"] = staged
    dispute["evidence_details"]["has_evidence"] = bool(texts)


def close(ctx: Context) -> Json:
    """Gives it up: the dispute is lost, which cannot be undone."""
    dispute = ctx.load("dispute", ctx.path["id"])
    if dispute["status"] not in disputing.OPEN:
        raise invalid(f"This dispute is already closed: its status is {dispute['status']}.")
    inquiry = dispute["status"].startswith("warning")
    return public(disputing.close(ctx, dispute, "warning_closed" if inquiry else "lost"))
