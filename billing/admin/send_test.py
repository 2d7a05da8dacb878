"""Send ourselves a test webhook from the inbox, and follow it on its own page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views import View

from audit.context import acting
from audit.middleware import actor_of
from billing.admin.event_verbs import REPLAY
from billing.admin.sections import Notice
from billing.inbox.trial import NotDelivered, send_test_webhook, state_of
from billing.templatetags.viewer import viewer_of

TITLE = "Send test webhook"


class SendTestView(View):
    """GET explains, POST sends: by the address that the reader's browser uses, so that proxy and host are tried too."""

    model_admin: Any = None
    http_method_names = ["get", "post", "head"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        by = actor_of(request)
        if by is None or not viewer_of(request).may(REPLAY):
            raise PermissionDenied
        with acting(by):
            return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._page(200, [])

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            delivered = send_test_webhook(url=request.build_absolute_uri("/"), now=timezone.now())
        except NotDelivered as error:
            return self._page(502, [Notice("bad", f"It did not get through. {error}")])
        row = state_of(delivered)
        if row is None:
            words = "The webhook took it, but it is not in this database: which installation answers at this address?"
            return self._page(502, [Notice("bad", words)])
        messages.success(request, "The webhook took it. This page shows what becomes of it.")
        return HttpResponseRedirect(reverse("admin:billing_webhookevent_change", args=[row.pk]))

    def _page(self, status: int, notices: list[Notice]) -> HttpResponse:
        back = reverse("admin:billing_webhookevent_changelist")
        context = {
            **self.model_admin.admin_site.each_context(self.request),
            "opts": self.model_admin.opts,
            "title": TITLE,
            "parent": (back, self.model_admin.title_of_list),
            "back": back,
            "notices": notices,
        }
        return TemplateResponse(self.request, "admin/billing/send_test.html", context, status=status)
