"""API keys: who holds which, until when, and when it was last used. Secrets are shown once and not kept."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse

from billing.admin import moments
from billing.admin.api_key_verbs import IssueView, RevokeView, RotateView
from billing.admin.base import KeysetAdmin
from billing.admin.columns import Chip, Column, all_rows
from billing.admin.organizations import BY_ORGANIZATION
from billing.admin.registry import page
from billing.admin.sections import Facts, Heading, Section, Verb
from billing.models import ApiKey
from billing.models.api_key import PREFIXES
from billing.templatetags.parts import NOTHING, date_part, identifier_part, state_part, time_part
from billing.templatetags.states import api_key_state
from billing.templatetags.viewer import Viewer


def name_cell(row: ApiKey, viewer: Viewer) -> object:
    return viewer.link("billing.apikey", row.pk, row.name)


def holder_cell(row: ApiKey, viewer: Viewer) -> object:
    if row.organization is None:
        return "The installation"
    return viewer.link("billing.organization", row.organization_id, row.organization)


def shown_cell(row: ApiKey, viewer: Viewer) -> object:
    return f"{PREFIXES[row.live]}…{row.last_four}"


def other_part(key: ApiKey | None, viewer: Viewer) -> object:
    """The key before or after this one."""
    return viewer.link("billing.apikey", key.pk, key.public_id) if key else NOTHING


def _usable(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(revoked_at=None, organization__deleted_at=None).exclude(expires_at__lte=viewer.now)


def _ended(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(Q(revoked_at__isnull=False) | Q(expires_at__lte=viewer.now))


@page(ApiKey)
class ApiKeyAdmin(KeysetAdmin):
    key_field = "public_id"
    list_title = "API keys"
    order = ("-id",)
    search_hint = "key_… id, or name"
    empty_words = "No API keys yet."
    columns = (
        Column("Name", name_cell),
        Column("State", lambda row, viewer: state_part(api_key_state(row, viewer.now)), narrow="head"),
        Column("Of", holder_cell, narrow="head"),
        Column("Key", shown_cell, narrow="own"),
        Column("Last used", lambda row, viewer: time_part(row.last_used_at, viewer), narrow="end"),
        Column("Made", lambda row, viewer: date_part(row.created_at, viewer)),
        Column("Ends", lambda row, viewer: time_part(row.expires_at, viewer)),
    )
    chips = (
        Chip("usable", "Usable", _usable),
        Chip("installation", "Of the installation", lambda rows, viewer: rows.filter(organization=None)),
        Chip("ended", "Revoked or ended", _ended),
        Chip("all", "All", all_rows),
    )
    filters = (BY_ORGANIZATION,)

    def list_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return super().list_rows(request).select_related("organization", "replaces", "replaced_by")

    def objects(self, request: HttpRequest) -> QuerySet[Any]:
        return self.list_rows(request)

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        return rows.filter(public_id=term) if term.startswith("key_") else rows.filter(name__istartswith=term)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("billing.add_apikey"))

    def heading(self, obj: ApiKey, viewer: Viewer) -> Heading:
        return Heading(
            f"API key · {obj.name}",
            api_key_state(obj, viewer.now),
            whose=holder_cell(obj, viewer),
            identifiers=[identifier_part(obj.public_id)],
            line=[
                ("Key", shown_cell(obj, viewer)),
                ("Last used", time_part(obj.last_used_at, viewer)),
                ("Made", time_part(obj.created_at, viewer)),
                ("Ends", time_part(obj.expires_at, viewer) if obj.expires_at else "never"),
            ],
            verbs=_verbs(obj, viewer),
        )

    def sections(self, obj: ApiKey, viewer: Viewer) -> list[Section]:
        facts: list[tuple[str, object]] = [
            ("Scopes", ", ".join(obj.scopes) or NOTHING),
            ("Takes the place of", other_part(obj.replaces, viewer)),
            ("Replaced by", other_part(obj.successor, viewer)),
            ("Revoked", time_part(obj.revoked_at, viewer)),
        ]
        return [Facts("Details", facts), moments.of_target("api_key", obj.public_id, viewer)]

    def get_urls(self) -> list[URLPattern]:
        verbs = {"rotate": RotateView, "revoke": RevokeView}
        own = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(view.as_view(model_admin=self)),
                name=f"billing_apikey_{name}",
            )
            for name, view in verbs.items()
        ]
        issue = self.admin_site.admin_view(IssueView.as_view(model_admin=self))
        return [path("add/", issue, name="billing_apikey_add"), *own, *super().get_urls()]


def _verbs(key: ApiKey, viewer: Viewer) -> list[Verb]:
    if not viewer.may("billing.change_apikey"):
        return []
    if key.revoked_at is not None:
        return [Verb("Rotate", why_not="it has been revoked"), Verb("Revoke", why_not="it has been revoked")]
    revoke = Verb("Revoke", reverse("admin:billing_apikey_revoke", args=[key.pk]))
    if key.successor is not None:
        return [Verb("Rotate", why_not="it has a successor"), revoke]
    if key.expires_at is not None and key.expires_at <= viewer.now:
        return [Verb("Rotate", why_not="it has ended"), revoke]
    return [Verb("Rotate", reverse("admin:billing_apikey_rotate", args=[key.pk]), primary=True), revoke]
