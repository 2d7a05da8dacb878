"""The staff's site."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.sites import UnfoldAdminSite

from billing.admin.account.login import StaffLogin
from billing.admin.account.password import OwnPassword
from billing.admin.audit_chain import ChainView
from billing.admin.home import home
from billing.admin.registry import pages
from billing.admin.search import find
from billing.templatetags.viewer import viewer_of


class CountinghouseAdminSite(UnfoldAdminSite):
    site_header = "Countinghouse"
    site_title = "Countinghouse"
    index_title = "Home"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        for model, page in pages.items():
            self.register(model, page)

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Take only pages in the house style. What dj-stripe, knox, celery-beat and Django bring shows raw tables,
        offers writes behind the services' backs, and is left out."""
        if admin_class is not None and issubclass(admin_class, UnfoldModelAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "viewer": viewer_of(request)}

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        home = reverse("admin:index", current_app=self.name)
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(home)
        context = {**self.each_context(request), "title": "Sign in", "app_path": request.get_full_path()}
        if "next" not in request.GET and "next" not in request.POST:
            context["next"] = home
        request.current_app = self.name
        return StaffLogin.as_view(extra_context={**context, **(extra_context or {})})(request)  # type: ignore[return-value]

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {**self.each_context(request), **(extra_context or {})}
        request.current_app = self.name
        return OwnPassword.as_view(extra_context=context)(request)  # type: ignore[return-value]

    def get_urls(self) -> list[URLPattern | URLResolver]:
        chain = self.admin_view(ChainView.as_view(site=self))
        return [path("audit/chain/", chain, name="audit_chain"), *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        request.current_app = self.name
        context = {**self.each_context(request), "title": self.index_title, "index": True, **home(viewer_of(request))}
        return TemplateResponse(request, "admin/index.html", {**context, **(extra_context or {})})

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's index of an app lists tables; ours is the sidebar."""
        return HttpResponseRedirect(reverse("admin:index"))

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        viewer, term = viewer_of(request), request.GET.get("s", "").replace("\0", "").strip()
        context = {**self.each_context(request), "title": "Search", "term": term, "groups": find(term, viewer)}
        return TemplateResponse(request, "admin/search.html", context)
