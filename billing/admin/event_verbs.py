"""Process an event again, or give it up. What processing would change is shown first."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audit.actor import Actor
from billing.admin.effects import EffectRow, opened, sealed
from billing.admin.event_forecast import effects_section, forecast_rows, forecast_section
from billing.admin.reasons import ReasonForm
from billing.admin.verbs import VerbView
from billing.inbox.dry_run import Forecast, forecast
from billing.models import DeadLetter, WebhookEvent
from billing.models.webhook_event import EventStatus
from billing.services import letters, replays
from billing.services.errors import Cannot

REPLAY = "billing.replay_webhookevent"


class EventReasonForm(ReasonForm):
    CHOICES = [
        ("", "Choose a reason"),
        ("mended", "The cause is mended"),
        ("again", "Trying once more"),
        ("known", "Known and harmless"),
        ("test", "Test data"),
        ("other", "Other"),
    ]
    reason_code = forms.ChoiceField(label="Reason", choices=CHOICES)


class EventVerbView(VerbView):
    """A verb on an event; of a dead letter it is its event's."""

    permission = REPLAY
    button = ""

    @property
    def event(self) -> WebhookEvent:
        event: WebhookEvent = self.target.event if isinstance(self.target, DeadLetter) else self.target
        return event

    def title(self) -> str:
        return f"{self.name} · {self.event.event_type} · {self.event.stripe_event_id}"

    def target_words(self) -> object:
        return self.event.stripe_event_id

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        reason = EventReasonForm(request.POST)
        if not reason.is_valid():
            return self.asked(422, reason)
        try:
            return self.run(reason, None)
        except Cannot as refusal:
            return self.refused(refusal, None, reason)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.asked(200, EventReasonForm())

    def asked(self, status: int, reason: ReasonForm) -> HttpResponse:
        return self.page(status, effect=None, reason=reason, button=self.button)

    def _command(self) -> None:
        """Nothing is asked of Stripe by a verb on an event."""
        return


class ReplayView(EventVerbView):
    """GET asks; the first POST shows the forecast, which is computed in a transaction that is rolled back; the second
    does it, unless the forecast has changed since."""

    name = "Process again"
    template_name = "admin/billing/replay.html"

    def why_not(self) -> str:
        if self.event.status == EventStatus.PROCESSED:
            return "The event was processed; again it would change nothing."
        return ""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.why_not():
            return super().post(request, **kwargs)
        told = forecast([self.event])
        rows = forecast_rows(told, self.viewer)
        if request.POST.get("step") == "show":
            return self._shown(told, rows, EventReasonForm())
        reason = EventReasonForm(request.POST)
        if not reason.is_valid():
            return self._shown(told, rows, reason, 422)
        if opened(request.POST.get("seal", "")) != [[row.label, row.text] for row in rows]:
            return self.stale(rows, "What processing would change is another now.")
        return super().post(request, **kwargs)

    def _shown(self, told: Forecast, rows: list[EffectRow], reason: ReasonForm, status: int = 200) -> HttpResponse:
        section, effects = forecast_section(told, self.viewer), effects_section(rows)
        count = len(told.changes)
        words = f"Replay: {count} {'field' if count == 1 else 'fields'}" if count else "Replay: no field changes"
        return self.page(
            status, effect=None, reason=reason, section=section, effects=effects, seal=sealed(rows), button=words
        )

    def perform(self, reason: str, by: Actor) -> None:
        replays.replay(event=self.event, reason=reason, by=by)

    def done_words(self) -> str:
        return "It is due; a worker takes it in a moment."


class DiscardView(EventVerbView):
    name = "Discard"
    template_name = "admin/billing/discard.html"
    button = "Discard for good"

    def why_not(self) -> str:
        if self.event.status in (EventStatus.DEAD, EventStatus.QUARANTINED, EventStatus.FAILED):
            return ""
        return "Only dead, failed and quarantined events can be discarded."

    def perform(self, reason: str, by: Actor) -> None:
        replays.discard(event=self.event, reason=reason, by=by)

    def done_words(self) -> str:
        return "Discarded. Its payload stays, and it can be processed again later."


class TakeView(EventVerbView):
    name = "Take"
    template_name = "admin/billing/take.html"
    button = "Take it"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return self.run(None, None)
        except Cannot as refusal:
            return self.refused(refusal, None, None)

    def perform(self, reason: str, by: Actor) -> None:
        letters.take(letter=self.target, owner=self.viewer.user, by=by)

    def done_words(self) -> str:
        return "It is yours now."


class SnoozeView(EventVerbView):
    name = "Snooze"
    template_name = "admin/billing/snooze.html"
    button = "Put it off"
    DAYS = (1, 3, 7)

    def asked(self, status: int, reason: ReasonForm) -> HttpResponse:
        return self.page(status, effect=None, reason=reason, button=self.button, days=self.DAYS, chosen=self._days())

    def perform(self, reason: str, by: Actor) -> None:
        until = timezone.now() + timedelta(days=self._days())
        letters.snooze(letter=self.target, until=until, reason=reason, by=by)

    def _days(self) -> int:
        given = self.request.POST.get("days", "")
        return int(given) if given in {str(day) for day in self.DAYS} else self.DAYS[0]

    def done_words(self) -> str:
        return f"Put off for {self._days()} {'day' if self._days() == 1 else 'days'}."
