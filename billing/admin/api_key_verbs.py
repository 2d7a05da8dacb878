"""Issue, rotate and revoke an API key: GET says what it does, POST with a reason does it. A new secret stands on the
answer to the POST alone, which no cache keeps."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views import View

from audit.actor import Actor
from audit.middleware import actor_of
from billing.admin.api_key_forms import IssueForm, OverlapForm
from billing.admin.reasons import ReasonForm
from billing.admin.sections import Notice
from billing.models import ApiKey, Organization
from billing.models.api_key import IssuedKey
from billing.services import api_keys
from billing.services.errors import Cannot
from billing.signin import recent
from billing.templatetags.viewer import viewer_of


class KeyVerb(View):
    """Subclasses have a `form` of their own or none, say what is going to happen, and do it."""

    model_admin: Any = None
    http_method_names = ["get", "post", "head"]
    permission = "billing.change_apikey"
    name = ""
    effect = ""
    danger = False
    form: Any = None
    key: ApiKey

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not viewer_of(request).may(self.permission):
            raise PermissionDenied
        if first := recent.ask_unless_recent(request):
            return first
        if "object_id" in kwargs:
            self.key = self.model_admin.object_named(request, kwargs["object_id"])
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(choice=self.form() if self.form else None)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        reason, choice = ReasonForm(request.POST), self.form(request.POST) if self.form else None
        by = actor_of(request)
        if by is None:
            raise PermissionDenied
        if not all(each.is_valid() for each in (choice, reason) if each is not None):
            return self.page(422, choice=choice, reason=reason)
        try:
            return self.perform(choice.cleaned_data if choice else {}, reason.words, by)
        except Cannot as refusal:
            notices = [Notice("bad", f"Nothing was changed. {refusal.detail}")]
            return self.page(refusal.status, choice=choice, reason=reason, notices=notices)

    def perform(self, chosen: dict[str, Any], reason: str, by: Actor) -> HttpResponse:
        raise NotImplementedError

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        return self._render("admin/billing/api_key_verb.html", status, **context)

    def secret(self, issued: IssuedKey) -> HttpResponse:
        """The one answer that shows the secret."""
        response = self._render("admin/billing/api_key_secret.html", 200, issued=issued)
        response["Cache-Control"] = "no-store, private"
        return response

    def _render(self, template: str, status: int, **context: Any) -> HttpResponse:
        context = {
            **self.model_admin.admin_site.each_context(self.request),
            "opts": self.model_admin.opts,
            "title": f"{self.name} · {self.key.name}" if self.kwargs else self.name,
            "parent": self.model_admin.parent(),
            "verb": self,
            "back": self.back,
            "reason": ReasonForm(),
            **context,
        }
        return TemplateResponse(self.request, template, context, status=status)

    @property
    def back(self) -> str:
        if not self.kwargs:
            return reverse("admin:billing_apikey_changelist")
        return reverse("admin:billing_apikey_change", args=[self.key.pk])


class IssueView(KeyVerb):
    name = "New API key"
    permission = "billing.add_apikey"
    effect = "Whoever has the secret may do what the scopes say, until the key ends or is revoked. It is shown once."
    form = IssueForm

    def perform(self, chosen: dict[str, Any], reason: str, by: Actor) -> HttpResponse:
        days = chosen["days"]
        organization: Organization | None = chosen["organization"]
        issued = api_keys.issue(
            organization=organization,
            name=chosen["name"],
            scopes=chosen["scopes"],
            expires_at=timezone.now() + timedelta(days=days) if days else None,
            reason=reason,
            by=by,
        )
        return self.secret(issued)


class RotateView(KeyVerb):
    name = "Rotate"
    effect = (
        "A new key with the same name, scopes and end is made, and its secret shown once. The old one opens the door"
        " beside it until the overlap is over, then it has ended. This cannot be undone."
    )
    form = OverlapForm

    def perform(self, chosen: dict[str, Any], reason: str, by: Actor) -> HttpResponse:
        overlap = timedelta(hours=chosen["hours"])
        return self.secret(api_keys.rotate(key=self.key, overlap=overlap, now=timezone.now(), reason=reason, by=by))


class RevokeView(KeyVerb):
    name = "Revoke"
    effect = "Every call with this key is refused from now on. This cannot be undone; a successor is not touched."
    danger = True

    def perform(self, chosen: dict[str, Any], reason: str, by: Actor) -> HttpResponse:
        api_keys.revoke(key=self.key, now=timezone.now(), reason=reason, by=by)
        messages.success(self.request, "Revoked.")
        return HttpResponseRedirect(self.back)
