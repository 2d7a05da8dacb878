"""POST usage/events."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.problem import Problem
from billing.api.views import ApiView
from billing.domain.permissions import Capability
from billing.domain.rate import Limit
from billing.limits.policies import usage_requests
from usage.api.body import read_body
from usage.api.permissions import MayReportUsage
from usage.ingest.receive import receive
from usage.ingest.senders import Sender
from usage.ingest.split import BATCH, LINES, MEDIA_TYPES, ONE, MalformedBody, TooManyEvents, split


class UsageEventSerializer(serializers.Serializer):
    """A CloudEvents 1.0 event in JSON. `source` and `id` together are its identity: sent again it counts once."""

    specversion = serializers.ChoiceField(["1.0"])
    id = serializers.CharField(max_length=255, help_text="A UUIDv7 is best; unique within the source.")
    source = serializers.CharField(max_length=255)  # type: ignore[assignment]
    type = serializers.CharField(max_length=255, help_text="The event type of a meter.")
    subject = serializers.CharField(
        max_length=255, required=False, help_text="The organization's id or Stripe customer id."
    )
    time = serializers.DateTimeField(required=False, help_text="RFC 3339 with an offset; the receipt if absent.")
    data = serializers.DictField(help_text="Holds the value property: a number.")  # type: ignore[assignment]


class RejectionSerializer(serializers.Serializer):
    index = serializers.IntegerField(help_text="The event's place in the call, from 0.")
    code = serializers.CharField()
    detail = serializers.CharField()


class OutcomeSerializer(serializers.Serializer):
    accepted = serializers.IntegerField()
    duplicates = serializers.IntegerField(help_text="Counted before, with the same payload.")
    rejected = RejectionSerializer(many=True)


class UsageEventsView(ApiView):
    """Report usage: one event, a batch or NDJSON, gzip allowed, at most 10,000 events and 10 MiB.

    Each event is judged alone. Usage is never refused because a limit is reached.
    """

    permission_classes = [MayReportUsage]
    needs = {"POST": Capability.USAGE_WRITE}

    def own_limit(self) -> Limit:
        return usage_requests()

    @extend_schema(
        request={ONE: UsageEventSerializer, BATCH: UsageEventSerializer(many=True), LINES: UsageEventSerializer},
        responses={202: OutcomeSerializer},
    )
    def post(self, request: Request) -> Response:
        events = events_in(request)
        outcome = receive(events, sender=Sender(self.caller.organization), now=timezone.now())
        return Response(OutcomeSerializer(outcome).data, status=202)


def events_in(request: Request) -> list[bytes]:
    """The JSON texts of the call's events. Raises Problem."""
    media_type = request._request.content_type or ""
    if media_type not in MEDIA_TYPES:
        raise Problem("unsupported_media_type", f"Send the events as one of: {', '.join(MEDIA_TYPES)}.", 415)
    try:
        return split(read_body(request._request), media_type)
    except MalformedBody as error:
        raise Problem("malformed_json", str(error)) from None
    except TooManyEvents as error:
        raise Problem("too_many_events", str(error), 413) from None
