"""Version 2 of the API: streams of events that are validated afterwards, and the thin events that report on them."""

import json

import pytest
import stripe

from tests.sandbox.receiver import receiving
from tests.sandbox.running import SECRET_KEY
from tests.sandbox.scenes import DAY, START, Account

REPORT, NO_METER = "v1.billing.meter.error_report_triggered", "v1.billing.meter.no_meter_found"


@pytest.fixture
def meter(account: Account) -> stripe.billing.Meter:
    return account.v1.billing.meters.create(
        {"display_name": "Calls", "event_name": "calls", "default_aggregation": {"formula": "sum"}}
    )


def stream(account: Account, *events: dict) -> None:
    """As Stripe documents it: a session's token in the place of the key."""
    token = account.client.v2.billing.meter_event_session.create().authentication_token
    streaming(account, token).v2.billing.meter_event_stream.create({"events": list(events)})  # type: ignore[typeddict-item]


def streaming(account: Account, token: str) -> stripe.StripeClient:
    return stripe.StripeClient(token, base_addresses={"meter_events": account.url}, max_network_retries=0)


def event(customer: str, value: str = "1", **fields: str) -> dict:
    payload = {"stripe_customer_id": customer, "value": value}
    return {"event_name": "calls", "payload": payload, **fields}


def used(account: Account, meter: stripe.billing.Meter, customer: str) -> float:
    span = {"customer": customer, "start_time": START - DAY, "end_time": START + DAY}
    return account.v1.billing.meters.event_summaries.list(meter.id, span).data[0].aggregated_value  # type: ignore[arg-type]


def test_a_stream_counts_up_to_100_events(account: Account, meter: stripe.billing.Meter) -> None:
    customer = account.customer(None).id
    stream(account, *[event(customer, str(value)) for value in range(100)])
    assert used(account, meter, customer) == 4950
    with pytest.raises(stripe.InvalidRequestError):
        stream(account, *[event(customer)] * 101)


def test_a_session_lives_for_15_minutes(account: Account, meter: stripe.billing.Meter) -> None:
    session = account.client.v2.billing.meter_event_session.create()
    assert (session.created, session.expires_at) == ("2024-01-15T12:00:00.000Z", "2024-01-15T12:15:00.000Z")
    client, customer = streaming(account, session.authentication_token), account.customer(None).id
    client.v2.billing.meter_event_stream.create({"events": [event(customer)]})  # type: ignore[typeddict-item]
    account.advance(900)
    with pytest.raises(stripe.TemporarySessionExpiredError):
        client.v2.billing.meter_event_stream.create({"events": [event(customer)]})  # type: ignore[typeddict-item]
    with pytest.raises(stripe.AuthenticationError):
        streaming(account, SECRET_KEY).v2.billing.meter_event_stream.create({"events": [event(customer)]})  # type: ignore[typeddict-item]


def test_single_events_of_version_2_are_validated_at_once(account: Account, meter: stripe.billing.Meter) -> None:
    v2, customer = account.client.v2.billing, account.customer(None).id
    made = v2.meter_events.create(event(customer, "7", identifier="one", timestamp="2024-01-15T11:59:30Z"))  # type: ignore[arg-type]
    assert (made.identifier, made.timestamp) == ("one", "2024-01-15T11:59:30.000Z")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        v2.meter_events.create(event("cus_none"))  # type: ignore[arg-type]
    assert refused.value.user_message == "No such customer: 'cus_none'"
    cancel = {"event_name": "calls", "type": "cancel", "cancel": {"identifier": "one"}}
    assert v2.meter_event_adjustments.create(cancel).cancel.identifier == "one"  # type: ignore[arg-type]
    assert used(account, meter, customer) == 0


def test_what_cannot_count_is_reported_by_meter_and_kind(account: Account, meter: stripe.billing.Meter) -> None:
    customer = account.customer(None).id
    account.advance(3)
    stream(
        account,
        event(customer, "5", identifier="fine"),
        event(customer, "5", identifier="fine"),
        event(customer, "1.5", identifier="half"),
        event("cus_none", identifier="nobody"),
        event(customer, "x", identifier="word"),
        {"event_name": "calls", "payload": {"value": "1"}, "identifier": "keyless"},
        event(customer, timestamp="2023-12-01T00:00:00Z", identifier="old"),
        event(customer, timestamp="2024-01-15T13:00:00Z", identifier="early"),
    )
    assert used(account, meter, customer) == 5
    assert account.client.v2.core.events.list({"types": [REPORT]}).data == []
    account.advance(7)
    (report,) = account.client.v2.core.events.list({"types": [REPORT]}).data
    assert (report.created, report.related_object.id) == ("2024-01-15T12:00:10.000Z", meter.id)  # type: ignore[attr-defined]
    data = report.data  # type: ignore[attr-defined]
    assert data.developer_message_summary == "There are 6 invalid events"
    assert (data.validation_start, data.validation_end) == ("2024-01-15T12:00:00.000Z", "2024-01-15T12:00:10.000Z")
    assert data.reason.error_count == 6
    found = {
        kind.code: [sample["request"]["identifier"] for sample in kind.sample_errors]
        for kind in data.reason.error_types
    }
    assert found == {
        "meter_event_customer_not_found": ["nobody"],
        "meter_event_invalid_value": ["half", "word"],
        "meter_event_no_customer_defined": ["keyless"],
        "timestamp_in_future": ["early"],
        "timestamp_too_far_in_past": ["old"],
    }
    missing = next(kind for kind in data.reason.error_types if kind.code == "meter_event_no_customer_defined")
    assert missing.sample_errors[0].error_message == "Customer mapping key stripe_customer_id not found in payload."


def test_events_of_no_meter_and_of_an_archived_one(account: Account, meter: stripe.billing.Meter) -> None:
    customer = account.customer(None).id
    account.v1.billing.meters.deactivate(meter.id)
    lost = {**event(customer, identifier="lost"), "event_name": "other"}
    stream(account, event(customer, identifier="late"), lost)
    account.advance(10)
    events = account.client.v2.core.events
    (archived,) = events.list({"object_id": meter.id}).data
    assert [kind.code for kind in archived.data.reason.error_types] == ["archived_meter"]  # type: ignore[attr-defined]
    (unknown,) = events.list({"types": [NO_METER]}).data
    assert "related_object" not in unknown
    (kind,) = events.retrieve(unknown.id).data.reason.error_types  # type: ignore[attr-defined]
    assert (kind.code, kind.sample_errors[0].error_message) == (
        "no_meter",
        "No meter was found matching event_name other.",
    )


def test_thin_events_are_sent_to_endpoints_that_name_them(account: Account, meter: stripe.billing.Meter) -> None:
    with receiving() as named, receiving() as all_of_them:
        account.control("endpoints", {"url": named.url, "secret": "whsec_named", "enabled_events": [REPORT]})
        account.control("endpoints", {"url": all_of_them.url, "secret": "whsec_all", "enabled_events": ["*"]})
        named.secret, all_of_them.secret = "whsec_named", "whsec_all"
        stream(account, event("cus_none", identifier="nobody"))
        account.advance(10)
        assert named.notified.wait(10)
        ((body, signature),) = named.notifications
        assert all_of_them.notifications == []
    assert "data" not in json.loads(body)
    notification = account.client.parse_event_notification(body, signature, "whsec_named")
    assert isinstance(notification, stripe.events.V1BillingMeterErrorReportTriggeredEventNotification)
    assert notification.fetch_related_object().event_name == "calls"
    assert notification.fetch_event().data.reason.error_count == 1


def test_thin_events_are_listed_by_pages_and_time_and_forgotten_after_30_days(
    account: Account, meter: stripe.billing.Meter
) -> None:
    events = account.client.v2.core.events
    for _ in range(5):
        stream(account, event("cus_none"))
        account.advance(20)
    everything = [each.id for each in events.list({"limit": 2}).auto_paging_iter()]
    assert len(everything) == len(set(everything)) == 5
    late = events.list({"created": {"gte": "2024-01-15T12:01:00Z"}})
    assert [each.created for each in late.data] == ["2024-01-15T12:01:30.000Z", "2024-01-15T12:01:10.000Z"]
    account.advance(30 * DAY)
    assert events.list().data == []
    with pytest.raises(stripe.InvalidRequestError) as gone:
        events.retrieve(everything[0])
    assert gone.value.http_status == 404
