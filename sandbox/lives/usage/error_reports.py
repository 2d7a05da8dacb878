"""Reports of usage that could not be counted: of each window of ten seconds one for each meter, and one for events
that name no meter. Source: Stripe's page on recording usage, with its example of a report."""

from itertools import groupby

from sandbox import thin_events
from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.usage.metering import CannotCount
from sandbox.protocol.moments import written

WINDOW, SAMPLES = 10, 5
_NO_METER = "no_meter"


def note(ctx: Context, problem: CannotCount, identifier: str) -> None:
    """Keeps what was wrong for the report at the end of the window."""
    subject = problem.subject or _NO_METER
    ctx.store.db.execute(
        "INSERT INTO usage_errors (subject, code, message, identifier) VALUES (?,?,?,?)",
        (subject, problem.code, problem.report, identifier),
    )
    ctx.schedule("meter.report_errors", subject, ctx.now - ctx.now % WINDOW + WINDOW)


def tell(ctx: Context, subject: str) -> None:
    """Emits the report on a meter (or on none) and forgets what it was made of. `ctx.now` is the window's end."""
    sql = "SELECT code, message, identifier FROM usage_errors WHERE subject = ? ORDER BY code, number"
    rows = ctx.store.rows(sql, (subject,))
    ctx.store.db.execute("DELETE FROM usage_errors WHERE subject = ?", (subject,))
    types = [_type(code, list(group)) for code, group in groupby(rows, key=lambda row: str(row[0]))]
    count = len(rows)
    data: Json = {
        "developer_message_summary": f"There {'is 1 invalid event' if count == 1 else f'are {count} invalid events'}",
        "reason": {"error_count": count, "error_types": types},
        "validation_end": written(ctx.now),
        "validation_start": written(ctx.now - WINDOW),
    }
    if subject == _NO_METER:
        thin_events.record(ctx, thin_events.NO_METER, data, None)
        return
    related = {"id": subject, "type": "billing.meter", "url": f"/v1/billing/meters/{subject}"}
    thin_events.record(ctx, thin_events.REPORT, data, related)


def _type(code: str, rows: list[tuple[str, str, str]]) -> Json:
    samples = [{"error_message": message, "request": {"identifier": known}} for _, message, known in rows[:SAMPLES]]
    return {"code": code, "error_count": len(rows), "sample_errors": samples}
