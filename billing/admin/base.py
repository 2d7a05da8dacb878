"""The one base class of every page that shows what Stripe or the log owns."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.views import View
from unfold.admin import ModelAdmin

from billing.admin.lists import KeysetList
from billing.admin.sections import Heading, Section
from billing.templatetags.viewer import Viewer, viewer_of


class KeysetAdmin(KeysetList, ModelAdmin):
    """A list read by key and a page for each object; neither has a form, and nothing here writes.

    Subclasses give `columns`, `order`, `heading` and `sections`. Objects are addressed by primary key or, with
    `key_field`, by their public key: `/admin/billing/invoice/in_1/change/`.
    """

    key_field = "stripe_id"
    actions = None
    verb_views: ClassVar[Mapping[str, type[View]]] = {}
    """By the last part of the address: `/admin/billing/payment/41/refund/`."""

    def heading(self, obj: Any, viewer: Viewer) -> Heading:
        return Heading(str(obj))

    def sections(self, obj: Any, viewer: Viewer) -> list[Section]:
        return []

    def objects(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.all()
        return rows

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        verbs = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(view.as_view(model_admin=self)),
                name=f"{self.opts.app_label}_{self.opts.model_name}_{name.replace('-', '_')}",
            )
            for name, view in self.verb_views.items()
        ]
        return [*verbs, *super().get_urls()]

    def object_named(self, request: HttpRequest, key: str) -> Any:
        """The object by primary key or public key. Raises Http404."""
        key = key.replace("\0", "")
        lookup = {"pk": int(key)} if key.isascii() and key.isdigit() and len(key) < 19 else {self.key_field: key}
        try:
            found = self.objects(request).filter(**lookup).first()
        except ValueError:  # a key field of numbers is asked for a word
            found = None
        if found is None:
            raise Http404(f"There is no {self.opts.verbose_name} {key}.")
        return found

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        obj, viewer = self.object_named(request, object_id), viewer_of(request)
        heading = self.heading(obj, viewer)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": heading.title,
            "parent": self.parent(),
            "heading": heading,
            "sections": self.sections(obj, viewer),
        }
        return TemplateResponse(request, "admin/object.html", {**context, **(extra_context or {})})

    def parent(self) -> tuple[str, str]:
        """Address and name of the list that the page belongs to."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return reverse(name), self.title_of_list

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's history knows only its own forms; ours is the timeline on the page."""
        return HttpResponseRedirect(
            reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[object_id])
        )


def list_address(model: type[Model], **query: object) -> str:
    """The address of a model's list with these filters, "" where it has no list."""
    try:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    except NoReverseMatch:
        return ""
    return f"{address}?{urlencode(query)}" if query else address
