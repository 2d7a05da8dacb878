"""Whether the caller may: `view.caller` and `view.needs` decide, by the table of `billing.domain.permissions`.

Each permission class also finds out who calls, so that a view without one has no caller to act as.
"""

from typing import TYPE_CHECKING, Any, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from billing.api.caller import Caller, caller_alone, caller_for_organization, is_authenticated
from billing.api.problem import Problem
from billing.domain.permissions import PERMISSIONS, Capability, Permission

if TYPE_CHECKING:
    from billing.api.views import ApiView, StaffView


def permission_needed(view: Any, method: str) -> Permission | None:
    """The row of the table that the view names for the method; None where it names a scope or nothing."""
    needs: dict[str, Capability] = getattr(view, "needs", {})
    capability = needs.get("GET" if method == "HEAD" else method)
    return PERMISSIONS[capability] if capability else None


def scope_needed(view: Any, method: str) -> str | None:
    """The scope that a caller needs for the method; None where the view does not answer it."""
    if method.lower() not in view.http_method_names or not hasattr(view, method.lower()):
        return None
    permission = permission_needed(view, method)
    if permission is not None:
        return permission.scope
    scopes: dict[str, str] = getattr(view, "scopes", {})
    return scopes["GET" if method == "HEAD" else method]


def forbid(scope: str) -> Problem:
    return Problem("missing_scope", f"This needs the scope {scope}, which the caller does not have.", 403)


class IsKnown(BasePermission):
    """Anybody who is signed in, and every key."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if is_authenticated(request):
            cast("ApiView", view).caller = caller_alone(request)
            return True
        return False


class HasScope(BasePermission):
    """The caller belongs to the organization, and its scopes and role are enough for the method there."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not is_authenticated(request):
            return False
        caller = caller_for_organization(request)
        scope = scope_needed(view, str(request.method))
        if scope is not None and scope not in caller.scopes:
            raise forbid(scope)
        self._check_role(caller, view, str(request.method))
        cast("ApiView", view).caller = caller
        return True

    def _check_role(self, caller: Caller, view: Any, method: str) -> None:
        permission = permission_needed(view, method)
        if caller.role and permission is not None and caller.role not in permission.roles:
            needed = ", ".join(sorted(permission.roles))
            raise Problem("role_forbidden", f"Your role is {caller.role}; this needs one of: {needed}.", 403)


class IsStaff(BasePermission):
    """A key of the installation with the method's scope, or a member of staff with the method's permission.

    Customers' keys are refused whatever their scopes. Staff need the Django permission that the view names for the
    method, as their groups give it.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if not is_authenticated(request):
            return False
        caller = caller_alone(request)
        if caller.user is not None:
            self._check_person(caller, view, str(request.method))
        else:
            self._check_key(caller, view, str(request.method))
        cast("ApiView", view).caller = caller
        return True

    def _check_key(self, caller: Caller, view: Any, method: str) -> None:
        if not caller.is_installation_key:
            raise Problem("staff_only", "This is for staff: use a key of the installation.", 403)
        scope = scope_needed(view, method)
        if scope is not None and scope not in caller.scopes:
            raise forbid(scope)

    def _check_person(self, caller: Caller, view: "StaffView", method: str) -> None:
        user = caller.user
        if user is None or not user.is_staff:
            raise Problem("staff_only", "This is for staff.", 403)
        permission = view.permissions.get("GET" if method == "HEAD" else method)
        if not user.is_superuser and (permission is None or not user.has_perm(permission)):
            raise Problem("staff_permission_missing", f"This needs the permission {permission or method}.", 403)


class IsStaffPerson(IsStaff):
    """A member of staff, by session or login token: what a person has to decide, no program does."""

    def _check_key(self, caller: Caller, view: Any, method: str) -> None:
        raise Problem("people_only", "A person decides this: sign in; keys cannot.", 403)
