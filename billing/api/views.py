"""The base classes of the API's views."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpResponseBase
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.actor import Actor
from audit.context import acting, identify, ordinary_role, tenant
from billing.api.approval_shapes import ApprovalNeededSerializer
from billing.api.caller import Caller, caller_alone, is_authenticated
from billing.api.idempotency import HEADER, METHODS, Keep, Work, answer_once
from billing.api.limits import count_refused, stamp
from billing.api.outcomes import accepted, outcome_of, problem_of
from billing.api.permissions import HasScope, IsKnown, IsStaff
from billing.api.rendering import JSONParser, JSONRenderer
from billing.domain.permissions import Capability
from billing.domain.rate import Limit
from billing.models import StripeCommand
from billing.models.organization import Organization
from billing.services.errors import OutcomeUnknown
from billing.services.guard import ApprovalNeeded


class ApiView(APIView):
    """Anybody who is signed in, and every key. `self.caller` and `self.actor` say who it is."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]
    permission_classes = [IsKnown]
    idempotent: ClassVar[bool] = True
    operations: ClassVar[frozenset[str]] = frozenset()
    """What the view asks of Stripe last; it answers by `answer_for` once that is done."""
    is_local: ClassVar[bool] = False
    """The work is in our own database alone: under a key, change and stored answer are one transaction, so that a
    crash leaves both or nothing."""
    caller: Caller
    response: HttpResponseBase  # type: ignore[assignment]

    @property
    def actor(self) -> Actor:
        return self.caller.actor

    def acting_as(self) -> Actor | None:
        return self.actor

    def own_limit(self) -> Limit | None:
        """A rate limit in place of the general ones."""
        return None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As in the REST framework, but the answer is rendered here, while `answer` has its context open."""
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        try:
            with ordinary_role("authentication"):
                self.initial(self.request, *args, **kwargs)
            with acting(self.acting_as(), source="api"):
                self.response = self.answer()
        except Exception as error:
            self.response = self.answer_error(error)
        return stamp(self.response, request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        try:
            super().initial(request, *args, **kwargs)
        except APIException as error:
            count_refused(request, error)
            raise

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)
        if is_authenticated(request):
            alone = caller_alone(request)
            identify(alone.actor, alone.key.organization_id if alone.key else None)

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        caller: Caller | None = getattr(self, "caller", None)
        if caller is not None and caller.organization is not None:
            identify(caller.actor, caller.organization.pk)

    def answer(self) -> HttpResponseBase:
        """The answer, rendered. Under an `Idempotency-Key` the work is done once."""
        if self.idempotent and self.request.method in METHODS and HEADER in self.request.headers:
            work = Work(
                self.operations,
                begin=lambda keep: self.attempt(lambda: self.begin(keep)),
                resume=lambda command: self.attempt(lambda: self.finish(self.resume(command))),
            )
            return answer_once(self.request, self.caller, work)
        self.look_up()
        return self.finish(self.work())

    def begin(self, keep: Keep) -> Response:
        """The work under a key."""
        self.look_up()
        if not self.is_local:
            return self.finish(self.work())
        with transaction.atomic():
            response = self.finish(self.work())
            keep(response)
        return response

    def look_up(self) -> None:
        """Load what the request names, as the customer sees it, before the work's own transaction opens."""

    def work(self) -> Response:
        method = str(self.request.method).lower()
        known = method in self.http_method_names
        handler = getattr(self, method, self.http_method_not_allowed) if known else self.http_method_not_allowed
        response: Response = handler(self.request, *self.args, **self.kwargs)
        return response

    def resume(self, command: StripeCommand) -> Response:
        """Answer for a request that broke off after it had given the command. Raises what the service would
        have raised."""
        outcome_of(command)
        return self.answer_for(command)

    def answer_for(self, command: StripeCommand) -> Response:
        """What the view answers once Stripe has done what it was asked."""
        raise NotImplementedError(f"{type(self).__name__} names operations without their answer.")

    def attempt(self, work: Callable[[], Response]) -> Response:
        try:
            return work()
        except Exception as error:
            return self.answer_error(error)

    def answer_error(self, error: Exception) -> Response:
        if isinstance(error, OutcomeUnknown):
            return self.finish(Response(accepted(error.command), status=202))
        if isinstance(error, ApprovalNeeded):
            return self.finish(Response(ApprovalNeededSerializer(error).data, status=202))
        error = problem_of(error) or error
        response = self.handle_exception(error)
        for name, value in getattr(error, "headers", {}).items():
            response[name] = value
        return self.finish(response)

    def finish(self, response: Response) -> Response:
        finished: Response = self.finalize_response(self.request, response, *self.args, **self.kwargs)
        finished.render()
        return finished


class PublicView(ApiView):
    """Without authentication: health, the catalog, signing in."""

    authentication_classes = []
    permission_classes = []
    idempotent = False

    def acting_as(self) -> Actor | None:
        return None


class OrganizationView(ApiView):
    """Within one organization.

    `needs` names the capability of each method, a row of the table in `billing.domain.permissions`.
    Safe methods run wholly, rendering included, in one transaction that sees only the organization's rows.
    Other methods run without an open transaction (they may call Stripe): they look things up `with
    tenant(self.organization.pk)` and then call a service.
    """

    permission_classes = [HasScope]
    needs: ClassVar[Mapping[str, Capability]] = {}
    reads_as_customer: ClassVar[bool] = True
    """False for the few views that read tables closed to customers' requests (users, keys); these open the
    tenant transaction themselves for the rest."""

    @property
    def organization(self) -> Organization:
        organization = self.caller.organization
        if organization is None:
            raise RuntimeError("HasScope names the organization")
        return organization

    def answer(self) -> HttpResponseBase:
        if self.request.method in SAFE_METHODS and self.reads_as_customer:
            with tenant(self.organization.pk):
                return super().answer()
        return super().answer()


class StaffView(ApiView):
    """For staff: a key of the installation with the method's scope, or a staff session.

    `permissions` names the Django permission that a member of staff needs for a method. Runs as the ordinary
    role, across organizations; customers' keys get 403.
    """

    permission_classes = [IsStaff]
    scopes: ClassVar[Mapping[str, str]] = {}
    permissions: ClassVar[Mapping[str, str]] = {}
