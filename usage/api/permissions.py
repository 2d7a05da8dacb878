"""Who may report usage."""

from typing import Any

from rest_framework.request import Request

from billing.api.caller import ORGANIZATION_HEADER, caller_alone, is_authenticated
from billing.api.permissions import HasScope, forbid
from billing.domain.scopes import Scope


class MayReportUsage(HasScope):
    """An organization for itself; a key of the installation for every organization, or for the one that
    `X-Organization` names."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not is_authenticated(request):
            return False
        caller = caller_alone(request)
        if not caller.is_installation_key or ORGANIZATION_HEADER in request.headers:
            return super().has_permission(request, view)
        if Scope.USAGE_WRITE not in caller.scopes:
            raise forbid(Scope.USAGE_WRITE)
        view.caller = caller
        return True
