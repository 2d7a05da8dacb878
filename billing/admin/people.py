"""Staff and their groups: the only rows that staff edit by a form."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from audit.actions import register
from audit.record import record
from billing.admin import moments
from billing.admin.base import KeysetAdmin
from billing.admin.columns import Chip, Column, make_table
from billing.admin.lists import KeysetList
from billing.admin.registry import page
from billing.admin.sections import Heading, Rows, Section
from billing.models import User
from billing.signin import recent, sessions, trail
from billing.templatetags.parts import NOTHING, date_part, time_part
from billing.templatetags.viewer import Viewer, viewer_of

register("staff.added", "Staff member added", "Added the staff member {target}")
register("staff.changed", "Staff member changed", "Changed the staff member {target}")

NOTED = ("is_active", "is_superuser", "time_zone")


class ZoneField(forms.ChoiceField):
    def __init__(self, **options: Any) -> None:
        zones = [(name, name.replace("_", " ")) for name in sorted(available_timezones())]
        super().__init__(choices=zones, widget=UnfoldAdminSelectWidget, **options)


class StaffForm(UserChangeForm):
    time_zone = ZoneField(label="Time zone", help_text="Times on all pages are shown in this zone.")

    class Meta(UserChangeForm.Meta):
        model = User
        field_classes: ClassVar[dict[str, Any]] = {}


class NewStaffForm(UserCreationForm):
    usable_password = None

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("email", "name")
        field_classes: ClassVar[dict[str, Any]] = {}


class StaffPasswordForm(AdminPasswordChangeForm):
    """Setting somebody's password: what was open with the old one is closed."""

    def save(self, commit: bool = True) -> User:
        with transaction.atomic():
            user: User = super().save(commit)
            trail.tell(user, "password_changed")
            sessions.end_others(user=user, keep=None, reason="password changed")
        return user


def email_cell(row: User, viewer: Viewer) -> object:
    return viewer.link("billing.user", row.pk, row.email)


def groups_words(row: User) -> object:
    names = [group.name for group in row.groups.all()]
    return ", ".join(["Full rights"] * row.is_superuser + names) or NOTHING


@page(User)
class StaffAdmin(KeysetList, DjangoUserAdmin, ModelAdmin):
    """Members of organizations are users too, but not here: only staff."""

    form, add_form, change_password_form = StaffForm, NewStaffForm, StaffPasswordForm
    filter_horizontal = ()
    list_display, list_filter, search_fields, ordering = ("email",), (), (), ("email",)
    actions = None
    list_title = "Staff"
    order = ("email", "id")
    search_hint = "Mail address"
    empty_words = "No staff."
    columns = (
        Column("Mail address", email_cell),
        Column("Name", lambda row, viewer: row.name or NOTHING, narrow="head"),
        Column("Groups", lambda row, viewer: groups_words(row), narrow="own"),
        Column("Last sign-in", lambda row, viewer: time_part(row.last_login, viewer)),
        Column("Since", lambda row, viewer: date_part(row.date_joined, viewer)),
    )
    chips = (
        Chip("active", "Active", lambda rows, viewer: rows.filter(is_active=True)),
        Chip("inactive", "Inactive", lambda rows, viewer: rows.filter(is_active=False)),
    )
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "time_zone")}),
        ("Rights", {"fields": ("is_active", "is_superuser", "groups")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    def list_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return User.objects.filter(is_staff=True).prefetch_related("groups")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(is_staff=True)

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        return rows.filter(email__istartswith=term)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody gives more rights than he has."""
        return () if request.user.is_superuser else ("is_superuser",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return bool(super().has_change_permission(request, obj)) and not above

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: the log names people by number. They are made inactive."""
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        return recent.ask_unless_recent(request) or super().add_view(request, form_url, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        found = _staff_numbered(object_id)
        if self.has_change_permission(request, found) and (first := recent.ask_unless_recent(request)):
            return first
        shown: dict[str, Any] = {}
        if found is not None:
            timeline = moments.of_target("user", object_id, viewer_of(request))
            shown = {"title": f"Staff member · {found.get_full_name()}", "timeline": timeline}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    def log_addition(self, request: HttpRequest, obj: User, message: Any) -> Any:
        record("staff.added", target=("user", str(obj.pk)), organization_id=None, after=_noted(obj))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: User, message: Any) -> Any:
        record("staff.changed", target=("user", str(obj.pk)), organization_id=None, after=_noted(obj))
        return super().log_change(request, obj, message)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        target = _staff_numbered(id)
        if target is None or not self.has_change_permission(request, target):
            raise PermissionDenied
        return recent.ask_unless_recent(request) or super().user_change_password(request, id, form_url)


def _staff_numbered(key: str) -> User | None:
    return User.objects.filter(pk=key, is_staff=True).first() if key.isascii() and key.isdigit() else None


def _noted(user: User) -> dict[str, object]:
    """The rights that the person has now; no name or address enters the log."""
    groups = sorted(user.groups.values_list("name", flat=True))
    return {**{name: getattr(user, name) for name in NOTED}, "groups": groups}


RIGHTS = (
    Column("May", lambda row, viewer: row.name),
    Column("Code", lambda row, viewer: f"{row.content_type.app_label}.{row.codename}", narrow="own"),
)
MEMBERS = (
    Column("Mail address", email_cell),
    Column("Name", lambda row, viewer: row.name or NOTHING, narrow="own"),
)


@page(Group)
class GroupAdmin(KeysetAdmin):
    """The groups are code (billing/staff.py): what each may do is shown here, and changed there."""

    key_field = "name"
    order = ("name", "id")
    search_hint = "Name"
    empty_words = "No groups yet."
    columns = (Column("Name", lambda row, viewer: viewer.link("auth.group", row.pk, row.name)),)

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        return rows.filter(name__istartswith=term)

    def heading(self, obj: Group, viewer: Viewer) -> Heading:
        return Heading(obj.name)

    def sections(self, obj: Group, viewer: Viewer) -> list[Section]:
        rights = list(obj.permissions.select_related("content_type").order_by("content_type__app_label", "codename"))
        members = list(User.objects.filter(groups=obj, is_staff=True).order_by("email")[:200])
        return [
            Rows("Rights", make_table("Rights", RIGHTS, rights, viewer), "None."),
            Rows("Members", make_table("Members", MEMBERS, members, viewer), "Nobody."),
        ]
