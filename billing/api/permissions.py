"""Whether the caller may: `view.caller` and `view.scopes` decide.

Each permission class also finds out who calls, so that a view without one has no caller to act as.
"""

from typing import TYPE_CHECKING, Any, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from billing.api.caller import Caller, caller_alone, caller_for_organization, is_authenticated
from billing.api.problem import Problem

if TYPE_CHECKING:
    from billing.api.views import ApiView, StaffView


def scope_needed(view: Any, method: str) -> str | None:
    """The scope that the view's table asks for the method; None where the view does not answer it."""
    if method.lower() not in view.http_method_names or not hasattr(view, method.lower()):
        return None
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
    """The caller belongs to the organization and has the method's scope there."""

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
        roles: frozenset[str] | None = getattr(view, "roles", {}).get("GET" if method == "HEAD" else method)
        if caller.role and roles is not None and caller.role not in roles:
            needed = ", ".join(sorted(roles))
            raise Problem("role_forbidden", f"Your role is {caller.role}; this needs one of: {needed}.", 403)


class IsStaff(BasePermission):
    """A key of the installation with the method's scope, or a member of staff with the method's permission.

    Customers' keys are refused whatever their scopes. Staff read with their session alone; to write they need
    the Django permission that the view names for the method.
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
        permission = view.permissions.get(method)
        if permission is None and method in ("GET", "HEAD"):
            return
        if not user.is_superuser and (permission is None or not user.has_perm(permission)):
            raise Problem("staff_permission_missing", f"This needs the permission {permission or method}.", 403)


class IsStaffPerson(IsStaff):
    """A member of staff, by session or login token: what a person has to decide, no program does."""

    def _check_key(self, caller: Caller, view: Any, method: str) -> None:
        raise Problem("people_only", "A person decides this: sign in; keys cannot.", 403)
