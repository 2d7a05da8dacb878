"""The list page of every noun: search, view chips, filters, and one page of rows read by key."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse

from billing.admin.columns import Chip, Column, Filter, Link, make_table, with_query
from billing.admin.keyset import read_page
from billing.admin.list_heads import ListHead
from billing.admin.sections import Verb
from billing.templatetags.viewer import Viewer, viewer_of


class KeysetList:
    """Mixed into a ModelAdmin in front of it. Declares how its list reads; writes nothing.

    `order` is unique and has an index; `attach` is the one place for what a page's rows need besides themselves,
    in a fixed number of queries.
    """

    order: ClassVar[tuple[str, ...]] = ("-id",)
    columns: ClassVar[tuple[Column, ...]] = ()
    chips: ClassVar[tuple[Chip, ...]] = ()
    filters: ClassVar[tuple[Filter, ...]] = ()
    search_hint = ""
    empty_words = "Nothing here yet."
    page_size = 50
    list_title = ""
    list_template = "admin/keyset_list.html"

    model: Any
    admin_site: Any

    def list_rows(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.all()
        return rows

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """The rows that a search term names."""
        return rows

    def attach(self, rows: list[Any], viewer: Viewer) -> None:
        """Give the rows of a page what their cells show."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        viewer, term, chip = viewer_of(request), _term(request), self._chip(request)
        order = chip.order if chip is not None and chip.order else self.order
        page = read_page(self.in_view(request, viewer), order, request.GET.get("at", ""), self.page_size)
        self.attach(page.rows, viewer)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": self.title_of_list,
            "empty_words": (chip and chip.empty) or self.empty_words,
            "table": make_table(str(self.model._meta.verbose_name_plural), self.columns, page.rows, viewer),
            "newer": page.before and with_query(request.GET, at=page.before),
            "older": page.after and with_query(request.GET, at=page.after),
            "chips": self._chip_links(request, chip),
            "active_filters": self._active_filters(request),
            "term": term,
            "kept": [(name, value) for name, value in request.GET.items() if name not in ("q", "at")],
            "clear": with_query(request.GET, q="", at=""),
            "list": self,
            "head": self.list_head(request, viewer),
        }
        return TemplateResponse(request, self.list_template, {**context, **(extra_context or {})})

    def narrowed(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows that the address's filters and search leave."""
        term = _term(request)
        rows = self._filtered(self.list_rows(request), request)
        return self.found(rows, term) if term else rows

    def in_view(self, request: HttpRequest, viewer: Viewer) -> QuerySet[Any]:
        """Those of them that the chosen view shows."""
        rows, chip = self.narrowed(request), self._chip(request)
        return chip.narrow(rows, viewer) if chip is not None else rows

    def view_words(self, request: HttpRequest) -> list[str]:
        """What narrows the list, e.g. ["Dead", "Type: invoice.paid"]."""
        chip, term = self._chip(request), _term(request)
        words = [chip.title] if chip is not None and chip is not self.chips[0] else []
        words += [link.title for link in self._active_filters(request)]
        return [*words, f"“{term}”"] if term else words

    def list_head(self, request: HttpRequest, viewer: Viewer) -> ListHead:
        if not self.has_add_permission(request):  # type: ignore[attr-defined]
            return ListHead()
        address = reverse(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_add")
        return ListHead([Verb(f"Add {self.model._meta.verbose_name}", address)])

    @property
    def title_of_list(self) -> str:
        name = str(self.model._meta.verbose_name_plural)
        return self.list_title or f"{name[:1].upper()}{name[1:]}"

    def _chip(self, request: HttpRequest) -> Chip | None:
        """The chosen view; the first one by default, but all rows where a search asks for one among them."""
        if not self.chips:
            return None
        wanted = request.GET.get("view", "")
        default = None if _term(request) or self._active_filters(request) else self.chips[0]
        return next((chip for chip in self.chips if chip.code == wanted), default)

    def _chip_links(self, request: HttpRequest, chosen: Chip | None) -> list[Link]:
        return [Link(chip.title, with_query(request.GET, view=chip.code, at=""), chip is chosen) for chip in self.chips]

    def _filtered(self, rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        """A value that the column cannot hold names no row."""
        for each in self.filters:
            value = request.GET.get(each.code, "").replace("\0", "")
            try:
                rows = each.applied(rows, value) if value else rows
            except (ValueError, ValidationError):
                return rows.none()
        return rows

    def _active_filters(self, request: HttpRequest) -> list[Link]:
        """Each active filter with the address that removes it."""
        return [
            Link(
                f"{each.title}: {each.words(request.GET[each.code])}",
                with_query(request.GET, **{each.code: "", "at": ""}),
            )
            for each in self.filters
            if request.GET.get(each.code)
        ]


def _term(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()
