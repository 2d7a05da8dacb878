"""Whose log a caller reads: an organization's, or the installation's own."""

from typing import Any, cast

from django.http import HttpResponseBase
from rest_framework.request import Request

from audit.record import INSTALLATION
from billing.api.caller import ORGANIZATION_HEADER, caller_alone, is_authenticated
from billing.api.permissions import HasScope, forbid, scope_needed
from billing.api.views import ApiView, OrganizationView


class MayReadLog(HasScope):
    """As for any view of an organization; and a key of the installation that names none reads the installation's."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not is_authenticated(request):
            return False
        caller = caller_alone(request)
        if not caller.is_installation_key or request.headers.get(ORGANIZATION_HEADER):
            return super().has_permission(request, view)
        scope = scope_needed(view, str(request.method))
        if scope is not None and scope not in caller.scopes:
            raise forbid(scope)
        cast("ApiView", view).caller = caller
        return True


class LogView(OrganizationView):
    """A read of one chain; an organization's runs in its tenant transaction, the installation's is of no tenant."""

    permission_classes = [MayReadLog]

    @property
    def chain(self) -> int:
        return self.caller.organization.pk if self.caller.organization else INSTALLATION

    @property
    def for_staff(self) -> bool:
        return self.caller.is_installation_key

    def answer(self) -> HttpResponseBase:
        return super().answer() if self.caller.organization else ApiView.answer(self)
