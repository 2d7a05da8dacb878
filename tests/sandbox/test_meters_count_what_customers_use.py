"""Meters, their events and adjustments, and the summaries of them, with exact numbers."""

import pytest
import stripe

from tests.sandbox.scenes import DAY, START, Account

HOUR = 3600
DAY_START = START - START % DAY


def meter(account: Account, formula: str = "sum", **fields: object) -> stripe.billing.Meter:
    wanted = {"display_name": "Calls", "event_name": "calls", "default_aggregation": {"formula": formula}, **fields}
    return account.v1.billing.meters.create(wanted)  # type: ignore[arg-type]


def send(account: Account, customer: str, value: int | str, at: int | None = None, **fields: object) -> str:
    """The event's identifier."""
    event = {"event_name": "calls", "payload": {"stripe_customer_id": customer, "value": str(value)}, **fields}
    if at is not None:
        event["timestamp"] = at
    return account.v1.billing.meter_events.create(event).identifier  # type: ignore[arg-type]


def used(account: Account, of: stripe.billing.Meter, customer: str, start: int, end: int, **fields: object) -> list:
    """(start, end, value) of the summaries."""
    wanted = {"customer": customer, "start_time": start, "end_time": end, "limit": 100, **fields}
    found = account.v1.billing.meters.event_summaries.list(of.id, wanted)  # type: ignore[arg-type]
    return [(entry.start_time, entry.end_time, entry.aggregated_value) for entry in found.data]


def refusal(account: Account, **event: object) -> stripe.InvalidRequestError:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.billing.meter_events.create(event)  # type: ignore[arg-type]
    return refused.value


def test_a_meter_lives_from_creation_to_reactivation(account: Account) -> None:
    made = meter(account)
    assert (made.status, made.event_time_window, made.updated) == ("active", None, START)
    assert (made.customer_mapping.event_payload_key, made.value_settings.event_payload_key) == (
        "stripe_customer_id",
        "value",
    )
    account.advance(60)
    meters = account.v1.billing.meters
    assert meters.update(made.id, {"display_name": "API calls"}).display_name == "API calls"
    off = meters.deactivate(made.id)
    assert (off.status, off.status_transitions.deactivated_at, off.updated) == ("inactive", START + 60, START + 60)
    assert [entry.id for entry in meters.list({"status": "inactive"}).data] == [made.id]
    with pytest.raises(stripe.InvalidRequestError):
        meters.deactivate(made.id)
    on = meters.reactivate(made.id)
    assert (on.status, on.status_transitions.deactivated_at) == ("active", None)
    assert [kind for kind in account.event_types() if kind.startswith("billing.")] == [
        "billing.meter.created",
        "billing.meter.updated",
        "billing.meter.deactivated",
        "billing.meter.reactivated",
    ]


def test_an_event_name_belongs_to_one_active_meter(account: Account) -> None:
    first = meter(account)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        meter(account)
    assert refused.value.param == "event_name"
    account.v1.billing.meters.deactivate(first.id)
    second = meter(account)
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.billing.meters.reactivate(first.id)
    account.v1.billing.meters.deactivate(second.id)
    assert account.v1.billing.meters.reactivate(first.id).status == "active"


@pytest.mark.parametrize(("formula", "total"), [("sum", 12), ("count", 3), ("last", 7)])
def test_a_formula_says_what_events_come_to(account: Account, formula: str, total: int) -> None:
    calls, customer = meter(account, formula), account.customer(None).id
    send(account, customer, 7, START - 10)
    send(account, customer, 3, START - 3000)
    send(account, customer, 2, START - 4000)
    send(account, account.customer(None).id, 1000)
    assert used(account, calls, customer, START - DAY, START) == [(START - DAY, START, total)]


def test_the_start_is_within_and_the_end_is_not(account: Account) -> None:
    calls, customer = meter(account), account.customer(None).id
    for at, value in ((START - 7200, 1), (START - 7199, 10), (START - 60, 100), (START, 1000)):
        send(account, customer, value, at)
    assert used(account, calls, customer, START - 7200, START) == [(START - 7200, START, 111)]
    assert used(account, calls, customer, START - 7140, START + 60) == [(START - 7140, START + 60, 1100)]
    assert used(account, calls, customer, START + 60, START + 120) == [(START + 60, START + 120, 0)]


def test_negative_values_take_usage_back(account: Account) -> None:
    calls, customer = meter(account), account.customer(None).id
    send(account, customer, 5)
    send(account, customer, -7)
    assert used(account, calls, customer, START, START + 60)[0][2] == -2


def test_windows_with_usage_are_listed_the_latest_first(account: Account) -> None:
    calls, customer = meter(account), account.customer(None).id
    for hours, value in ((1, 10), (1, 5), (3, 2), (26, 40)):
        send(account, customer, value, DAY_START - hours * HOUR)
    start, end = DAY_START - 2 * DAY, DAY_START
    by_hour = used(account, calls, customer, start, end, value_grouping_window="hour")
    assert by_hour == [
        (DAY_START - HOUR, DAY_START, 15),
        (DAY_START - 3 * HOUR, DAY_START - 2 * HOUR, 2),
        (DAY_START - 26 * HOUR, DAY_START - 25 * HOUR, 40),
    ]
    by_day = used(account, calls, customer, start, end, value_grouping_window="day")
    assert by_day == [(DAY_START - DAY, DAY_START, 17), (DAY_START - 2 * DAY, DAY_START - DAY, 40)]


def test_summaries_are_paged(account: Account) -> None:
    calls, customer = meter(account), account.customer(None).id
    for hours in range(1, 8):
        send(account, customer, hours, DAY_START - hours * HOUR)
    wanted = {
        "customer": customer,
        "start_time": DAY_START - DAY,
        "end_time": DAY_START,
        "value_grouping_window": "hour",
        "limit": 3,
    }
    first = account.v1.billing.meters.event_summaries.list(calls.id, wanted)  # type: ignore[arg-type]
    assert [entry.aggregated_value for entry in first.auto_paging_iter()] == [1, 2, 3, 4, 5, 6, 7]
    assert first.has_more


@pytest.mark.parametrize(
    ("start", "end", "window", "param"),
    [
        (DAY_START + 1, DAY_START + 60, None, "start_time"),
        (DAY_START, DAY_START + 61, None, "end_time"),
        (DAY_START + 60, DAY_START + HOUR, "hour", "start_time"),
        (DAY_START, DAY_START + HOUR, "day", "end_time"),
        (DAY_START, DAY_START, None, "start_time"),
    ],
)
def test_spans_are_aligned(account: Account, start: int, end: int, window: str | None, param: str) -> None:
    calls, customer = meter(account), account.customer(None).id
    grouped = {"value_grouping_window": window} if window else {}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        used(account, calls, customer, start, end, **grouped)
    assert refused.value.param == param


@pytest.mark.parametrize(("formula", "total"), [("sum", 9), ("count", 2), ("last", 8)])
def test_in_a_pre_aggregated_window_the_event_received_last_counts(account: Account, formula: str, total: int) -> None:
    calls, customer = meter(account, formula, event_time_window="hour"), account.customer(None).id
    hour = DAY_START - 5 * HOUR
    send(account, customer, 100, hour + 3000)
    corrected = send(account, customer, 8, hour + 600)
    send(account, customer, 1, hour - 10)
    assert used(account, calls, customer, hour - HOUR, hour + HOUR)[0][2] == total
    assert used(account, calls, customer, hour + 660, hour + HOUR)[0][2] == 0
    cancel = {"event_name": "calls", "type": "cancel", "cancel": {"identifier": corrected}}
    account.v1.billing.meter_event_adjustments.create(cancel)  # type: ignore[arg-type]
    assert used(account, calls, customer, hour, hour + HOUR)[0][2] == (1 if formula == "count" else 100)


def test_a_day_of_pre_aggregated_usage_is_one_event(account: Account) -> None:
    calls, customer = meter(account, event_time_window="day"), account.customer(None).id
    send(account, customer, 20, DAY_START - 20 * HOUR)
    send(account, customer, 30, DAY_START - 2 * HOUR)
    span = (DAY_START - DAY, DAY_START)
    assert used(account, calls, customer, *span) == [(*span, 30)]
    by_hour = used(account, calls, customer, *span, value_grouping_window="hour")
    assert by_hour == [(DAY_START - 2 * HOUR, DAY_START - HOUR, 30)]


def test_payload_keys_are_the_meters_own(account: Account) -> None:
    calls = meter(
        account,
        customer_mapping={"event_payload_key": "who", "type": "by_id"},
        value_settings={"event_payload_key": "tokens"},
    )
    customer = account.customer(None).id
    payload = {"who": customer, "tokens": "42", "model": "small"}
    made = account.v1.billing.meter_events.create({"event_name": "calls", "payload": payload})
    assert (made.payload.to_dict(), made.timestamp, made.created) == (payload, START, START)
    assert used(account, calls, customer, START, START + 60)[0][2] == 42


def test_an_identifier_counts_once_within_a_day(account: Account) -> None:
    calls, customer = meter(account), account.customer(None).id
    send(account, customer, 1, identifier="one")
    account.advance(DAY - 1)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        send(account, customer, 1, identifier="one")
    assert str(refused.value.user_message) == "An event already exists with identifier one."
    assert refused.value.code is None
    account.advance(1)
    send(account, customer, 1, identifier="one")
    assert used(account, calls, customer, START, START + DAY + 60)[0][2] == 2


def test_an_event_is_canceled_within_a_day_and_once(account: Account) -> None:
    calls, customer = meter(account), account.customer(None).id
    first, second = send(account, customer, 5), send(account, customer, 6)
    cancel = {"event_name": "calls", "type": "cancel", "cancel": {"identifier": first}}
    made = account.v1.billing.meter_event_adjustments.create(cancel)  # type: ignore[arg-type]
    assert (made.status, made.cancel.identifier) == ("pending", first)
    assert used(account, calls, customer, START, START + 60)[0][2] == 6
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.billing.meter_event_adjustments.create(cancel)  # type: ignore[arg-type]
    account.advance(DAY)
    late = {**cancel, "cancel": {"identifier": second}}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.billing.meter_event_adjustments.create(late)  # type: ignore[arg-type]
    assert refused.value.code == "resource_missing"
    assert used(account, calls, customer, START, START + 60)[0][2] == 6


def test_events_that_cannot_count_are_refused(account: Account) -> None:
    made, customer = meter(account), account.customer(None).id
    good = {"stripe_customer_id": customer, "value": "1"}
    unknown = refusal(account, event_name="other", payload=good)
    assert (unknown.user_message, unknown.param) == ('No active meter found for event name "other".', "event_name")
    nobody = refusal(account, event_name="calls", payload={"value": "1"})
    assert nobody.user_message == "Customer mapping key stripe_customer_id not found in payload."
    stranger = refusal(account, event_name="calls", payload={**good, "stripe_customer_id": "cus_none"})
    assert (stranger.user_message, stranger.code) == ("No such customer: 'cus_none'", "resource_missing")
    for value in ("1.5", "ten", "1e3", ""):
        assert "value" in str(refusal(account, event_name="calls", payload={**good, "value": value}).user_message)
    digits = refusal(account, event_name="calls", payload={**good, "value": "1" * 16})
    assert digits.user_message == (f"The value in the event payload can have at most 15 digits. Received `{'1' * 16}`.")
    account.v1.billing.meters.deactivate(made.id)
    assert refusal(account, event_name="calls", payload=good).http_status == 400
    assert used(account, made, customer, START, START + 60)[0][2] == 0


def test_timestamps_are_of_the_last_35_days_or_five_minutes_ahead(account: Account) -> None:
    calls, customer = meter(account), account.customer(None).id
    oldest = START - 35 * DAY
    send(account, customer, 1, oldest)
    send(account, customer, 2, START + 300)
    payload = {"stripe_customer_id": customer, "value": "4"}
    past = refusal(account, event_name="calls", payload=payload, timestamp=oldest - 1)
    assert past.user_message == (
        "The event timestamp cannot be more than 35 days in past."
        f" Expected a timestamp greater than or equal to {oldest}."
    )
    future = refusal(account, event_name="calls", payload=payload, timestamp=START + 301)
    assert future.user_message == "The event timestamp cannot be in future."
    assert used(account, calls, customer, START - 36 * DAY, START + DAY)[0][2] == 3


def test_what_was_counted_is_in_the_dump_and_the_digest_and_gone_after_a_reset(account: Account) -> None:
    calls, customer = meter(account), account.customer(None).id
    before = account.control("digest")
    send(account, customer, 3, START - 10)
    send(account, customer, 4, START - 20)
    send(account, customer, 5, START - 2 * HOUR)
    hour = START - START % HOUR
    dumped = [entry for entry in account.dump() if entry["object"] == "billing.meter_event_summary"]
    assert [(entry["start_time"], entry["end_time"], entry["aggregated_value"]) for entry in dumped] == [
        (hour - 2 * HOUR, hour - HOUR, 5),
        (hour - HOUR, hour, 7),
    ]
    assert {entry["meter"] for entry in dumped} == {calls.id}
    after = account.control("digest")
    assert after["digest"] != before["digest"]
    assert after["counts"]["billing.meter_event_summary"] == 2
    account.control("reset", {"clock": START})
    assert account.control("digest")["counts"] == {}


def test_usage_of_a_deleted_customer_is_forgotten(account: Account) -> None:
    meter(account)
    customer = account.customer(None).id
    identifier = send(account, customer, 3)
    account.v1.customers.delete(customer)
    assert "billing.meter_event_summary" not in account.control("digest")["counts"]
    cancel = {"event_name": "calls", "type": "cancel", "cancel": {"identifier": identifier}}
    account.v1.billing.meter_event_adjustments.create(cancel)  # type: ignore[arg-type]
    assert "billing.meter_event_summary" not in account.control("digest")["counts"]


def test_usage_on_a_test_clock_is_of_its_time(account: Account) -> None:
    calls = meter(account)
    clock = account.v1.test_helpers.test_clocks.create({"frozen_time": START - 300 * DAY})
    customer = account.customer(None, test_clock=clock.id).id
    send(account, customer, 3)
    send(account, customer, 4, START - 310 * DAY)
    then = START - 300 * DAY
    assert used(account, calls, customer, then - 20 * DAY, then + 60) == [(then - 20 * DAY, then + 60, 7)]
    payload = {"stripe_customer_id": customer, "value": "1"}
    late = refusal(account, event_name="calls", payload=payload, timestamp=START)
    assert late.user_message == "The event timestamp cannot be in future."
