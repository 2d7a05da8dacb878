"""Have all events of a view of the inbox processed again. What that would change is counted first."""

from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views import View

from audit.middleware import actor_of
from billing.admin.effects import EffectRow, opened, sealed
from billing.admin.event_forecast import forecast_section
from billing.admin.event_verbs import REPLAY, EventReasonForm
from billing.admin.sections import Facts, Notice
from billing.inbox.dry_run import Forecast, forecast
from billing.models import WebhookEvent
from billing.services.errors import Cannot
from billing.services.replays import AT_WORK, MOST, replay_all
from billing.signin import recent
from billing.templatetags.formats import number_text
from billing.templatetags.viewer import Viewer, viewer_of

LOOKED_AT = 500
"""Events that a forecast applies, and takes back, in one transaction."""


class ReplayManyView(View):
    """GET asks; the first POST shows what would change; the second does it, unless other events fit by then."""

    model_admin: Any = None
    http_method_names = ["get", "post", "head"]
    viewer: Viewer

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.viewer = viewer_of(request)
        if not self.viewer.may(REPLAY):
            raise PermissionDenied
        if first := recent.ask_unless_recent(request):
            return first
        self.ids = list(self._chosen(request).values_list("pk", flat=True)[: MOST + 1])
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def _chosen(self, request: HttpRequest) -> QuerySet[WebhookEvent]:
        """The rows of the list that this page was reached from, but what is done or being done, oldest first."""
        rows: QuerySet[WebhookEvent] = self.model_admin.in_view(request, self.viewer)
        return rows.exclude(status__in=AT_WORK).order_by("stripe_created_at", "id")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._page(200)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if len(self.ids) > MOST or not self.ids:
            return self._page(409)
        told = forecast(list(WebhookEvent.objects.filter(pk__in=self.ids[:LOOKED_AT]).defer("payload")))
        rows = summary(told, len(self.ids), self.viewer)
        if request.POST.get("step") == "show":
            return self._shown(200, told, rows, EventReasonForm())
        reason = EventReasonForm(request.POST)
        if not reason.is_valid():
            return self._shown(422, told, rows, reason)
        if opened(request.POST.get("seal", "")) != [[row.label, row.text] for row in rows]:
            words = "Other events fit now, or they would change something else. Nothing was done; look again."
            return self._shown(409, told, rows, reason, Notice("care", words))
        return self._done(reason)

    def _done(self, reason: EventReasonForm) -> HttpResponse:
        by = actor_of(self.request)
        if by is None:
            raise PermissionDenied
        try:
            asked = replay_all(ids=self.ids, chosen=self._words(), reason=reason.words, by=by)
        except Cannot as refusal:
            return self._page(refusal.status, Notice("bad", f"Nothing was changed. {refusal.detail}"))
        return HttpResponseRedirect(reverse("admin:billing_replay_change", args=[asked.pk]))

    def _shown(
        self, status: int, told: Forecast, rows: list[EffectRow], reason: EventReasonForm, *notices: Notice
    ) -> HttpResponse:
        facts = Facts("Effects", [(row.label, row.value) for row in rows])
        button = f"Replay {_events(len(self.ids), self.viewer)}"
        section = forecast_section(told, self.viewer)
        return self._page(
            status, *notices, section=section, effects=facts, seal=sealed(rows), reason=reason, button=button
        )

    def _words(self) -> str:
        """How they were chosen, for the log: "Dead; Type: invoice.paid"."""
        return "; ".join(self.model_admin.view_words(self.request)) or "All that is not processed"

    def _page(self, status: int, *notices: Notice, **more: Any) -> HttpResponse:
        back = reverse("admin:billing_webhookevent_changelist")
        context = {
            **self.model_admin.admin_site.each_context(self.request),
            "opts": self.model_admin.opts,
            "title": f"Process again · {_events(min(len(self.ids), MOST), self.viewer)}",
            "parent": (back, self.model_admin.title_of_list),
            "back": f"{back}?{self.request.GET.urlencode()}",
            "chosen": self._words(),
            "too_many": len(self.ids) > MOST,
            "count": len(self.ids),
            "notices": list(notices),
            **more,
        }
        return TemplateResponse(self.request, "admin/billing/replay_many.html", context, status=status)


def summary(told: Forecast, count: int, viewer: Viewer) -> list[EffectRow]:
    """The forecast of many events in numbers, to be sealed with the form."""
    verdicts = Counter(told.verdicts.values())
    effects = Counter(kind for kind, _ in told.effects)
    rows = [
        EffectRow("Events", _events(count, viewer)),
        EffectRow("Newer than what was applied", number_text(verdicts.pop("newer", 0), viewer.locale)),
        EffectRow("Older: only facts are recorded", number_text(verdicts.pop("older", 0), viewer.locale)),
        EffectRow("Would wait for an object to come", number_text(verdicts.pop("early", 0), viewer.locale)),
        EffectRow("Stripe calls", number_text(verdicts.pop("ask Stripe", 0), viewer.locale)),
        EffectRow("Fields that change", number_text(len(told.changes), viewer.locale)),
        EffectRow("Recorded", ", ".join(f"{kind} × {number}" for kind, number in sorted(effects.items())) or "nothing"),
    ]
    rows += [EffectRow("Would fail", f"{words} ({number})") for words, number in sorted(verdicts.items())]
    if count > LOOKED_AT:
        rows.append(EffectRow("Looked at", f"the first {number_text(LOOKED_AT, viewer.locale)} of them"))
    return rows


def _events(count: int, viewer: Viewer) -> str:
    return f"{number_text(count, viewer.locale)} {'event' if count == 1 else 'events'}"
