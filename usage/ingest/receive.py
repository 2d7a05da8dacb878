"""Take a batch of events: judge each alone, store the good ones in one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from audit.context import ordinary_role
from usage.domain.event import (
    Rejected,
    SentEvent,
    accepted_time,
    decode,
    encoded,
    payload_hash,
    value_in,
)
from usage.ingest.outcome import Outcome
from usage.ingest.senders import Sender, Subjects
from usage.models.meter import Meter
from usage.store.postgres import Identity, Row, add


@ordinary_role("usage.receive")
def receive(raw_events: Iterable[bytes], *, sender: Sender, now: datetime) -> Outcome:
    """Count these events, each the JSON text of one CloudEvent, once and for ever.

    Steps: decode, resolve subjects and meters, judge, store with the rollup, compare the hashes of those that
    were there. Sending the same events again changes nothing. A rejected event does not hold up its neighbours.
    """
    outcome = Outcome()
    sent = _decoded(raw_events, outcome)
    judged = _judged(sent, sender, now, outcome)
    _settle(judged, outcome)
    return outcome.finish()


def _decoded(raw_events: Iterable[bytes], outcome: Outcome) -> list[tuple[int, SentEvent]]:
    sent = []
    for index, raw in enumerate(raw_events):
        try:
            sent.append((index, decode(raw)))
        except Rejected as reason:
            outcome.reject(index, reason)
    return sent


def _judged(sent: Sequence[tuple[int, SentEvent]], sender: Sender, now: datetime, outcome: Outcome) -> list[Row]:
    subjects = Subjects(sender, (event.subject for _, event in sent))
    meters = {meter.event_type: meter for meter in Meter.objects.all()}
    judged = []
    for index, event in sent:
        try:
            judged.append(_judge(index, event, subjects.organization_id(event.subject), meters, now))
        except Rejected as reason:
            outcome.reject(index, reason)
    return judged


def _judge(index: int, event: SentEvent, organization_id: int, meters: dict[str, Meter], now: datetime) -> Row:
    meter = meters.get(event.type)
    if meter is None:
        raise Rejected("unknown_event_type", "No meter counts this type; see GET usage/meters.")
    data = encoded(event.data)
    return Row(
        position=index,
        organization_id=organization_id,
        source=event.source,
        event_id=event.id,
        meter_id=meter.pk,
        time=accepted_time(event, now),
        received_at=now,
        value=value_in(event.data, meter.value_property),
        data=msgspec.Raw(data),
        payload_hash=payload_hash(event, data),
    )


def _settle(judged: Sequence[Row], outcome: Outcome) -> None:
    firsts: dict[Identity, Row] = {}
    for row in judged:
        firsts.setdefault(row.identity, row)
    stored = add(list(firsts.values()))
    for row in judged:
        first = firsts[row.identity]
        if row is first and row.position not in stored:
            outcome.accepted += 1
        elif row.payload_hash == stored.get(first.position, first.payload_hash):
            outcome.duplicates += 1
        else:
            outcome.reject(row.position, _CONFLICT)


_CONFLICT = Rejected("event_conflict", "Another event was counted under this source and id; it stands. Use a new id.")
