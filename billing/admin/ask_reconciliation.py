"""Have Stripe compared with what is here, now: what is asked for, and what the last one like it cost."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views import View

from audit.middleware import actor_of
from billing.admin.discrepancy_verbs import DECIDE
from billing.models import ReconciliationRun
from billing.models.reconciliation import ReconciliationStatus
from billing.reconcile.asking import ask_a_worker, unfinished
from billing.reconcile.passes import NOUNS
from billing.templatetags.viewer import viewer_of


class ScopeForm(forms.Form):
    """Nothing chosen among the nouns means all of them."""

    SCOPES = [
        ("usual", "What is new since the last run, and what is not final"),
        ("full", "Everything that Stripe has"),
    ]
    scope = forms.ChoiceField(label="Compare", choices=SCOPES, initial="usual", widget=forms.RadioSelect)
    nouns = forms.MultipleChoiceField(
        label="Only these (none: all)",
        choices=[(noun, noun.replace("_", " ").capitalize()) for noun in NOUNS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class AskView(View):
    """GET shows scope and cost and asks nothing; POST asks a worker. A run that is going is shown instead: there is
    never a second beside it."""

    model_admin: Any = None
    http_method_names = ["get", "post", "head"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not viewer_of(request).may(DECIDE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        scope = "full" if request.GET.get("full") else "usual"
        nouns = [noun for noun in request.GET.getlist("nouns") if noun in NOUNS]
        return self._page(200, ScopeForm(initial={"scope": scope, "nouns": nouns}))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form, by = ScopeForm(request.POST), actor_of(request)
        if by is None:
            raise PermissionDenied
        if not form.is_valid():
            return self._page(422, form)
        run = ask_a_worker(by=by, full=form.cleaned_data["scope"] == "full", nouns=form.cleaned_data["nouns"])
        messages.success(request, "A worker is at it; this page shows how far it came.")
        return HttpResponseRedirect(reverse("admin:billing_reconciliationrun_change", args=[run.pk]))

    def _page(self, status: int, form: ScopeForm) -> HttpResponse:
        back = reverse("admin:billing_reconciliationrun_changelist")
        context = {
            **self.model_admin.admin_site.each_context(self.request),
            "opts": self.model_admin.opts,
            "title": "Compare with Stripe",
            "parent": (back, self.model_admin.title_of_list),
            "back": back,
            "scope": form,
            "going": unfinished(),
            "last": [(words, _last(full=scope == "full")) for scope, words in ScopeForm.SCOPES],
        }
        return TemplateResponse(self.request, "admin/billing/ask_reconciliation.html", context, status=status)


def _last(*, full: bool) -> ReconciliationRun | None:
    """The newest finished run of this scope over all nouns: it says what one costs."""
    done = ReconciliationRun.objects.filter(status=ReconciliationStatus.DONE, full=full, nouns=[], since=None)
    return done.order_by("-asked_at", "-id").first()
