"""Meters in both states, usage of all three formulas, and a bill for it."""

import stripe

from tests.sandbox.scenes import DAY, START, Account

UNSEEN = {"v2.core.event": "changes"}
"""Sent only for objects that are version 2's own."""
ALWAYS = {"billing.meter": "event_time_window customer_mapping value_settings status_transitions"}


def live(account: Account) -> list:
    v1, customer = account.v1, account.customer().id
    meters = [
        v1.billing.meters.create(
            {
                "display_name": formula.title(),
                "event_name": formula,
                "default_aggregation": {"formula": formula},  # type: ignore[typeddict-item]
                **window,  # type: ignore[typeddict-item]
            }
        )
        for formula, window in (("sum", {}), ("count", {"event_time_window": "hour"}), ("last", {}))
    ]
    payload = {"stripe_customer_id": customer, "value": "12"}
    sent = [v1.billing.meter_events.create({"event_name": meter.event_name, "payload": payload}) for meter in meters]
    wrong = {"event_name": "sum", "type": "cancel", "cancel": {"identifier": sent[0].identifier}}
    canceled = v1.billing.meter_event_adjustments.create(wrong)  # type: ignore[arg-type]
    v1.billing.meters.update(meters[0].id, {"display_name": "Calls"})
    v1.billing.meters.deactivate(meters[1].id)
    v1.billing.meters.reactivate(meters[1].id)
    v1.billing.meters.deactivate(meters[2].id)
    token = account.client.v2.billing.meter_event_session.create().authentication_token
    client = stripe.StripeClient(token, base_addresses={"meter_events": account.url})
    wrong_ones = [{"event_name": name, "payload": {"value": "1"}} for name in ("sum", "nothing")]
    client.v2.billing.meter_event_stream.create({"events": wrong_ones})  # type: ignore[typeddict-item]
    account.advance(10)
    span = {"customer": customer, "start_time": START - DAY, "end_time": START + DAY}
    whole = v1.billing.meters.event_summaries.list(meters[1].id, span)  # type: ignore[arg-type]
    return [*sent, canceled, *whole.data]
