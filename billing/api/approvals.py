"""What waits for a second person: read by staff, decided by people alone."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.approval_shapes import ApprovalSerializer
from billing.api.ids import not_found
from billing.api.outcomes import AcceptedSerializer
from billing.api.pagination import PAGING, KeysetPagination, page_of
from billing.api.permissions import IsStaffPerson
from billing.api.problem import Problem
from billing.api.subscription_inputs import read
from billing.api.views import StaffView
from billing.domain.scopes import Scope
from billing.models import Approval, StripeCommand
from billing.models.approval import ApprovalStatus
from billing.services import approvals
from billing.services.approval_rules import DECIDE

NEWEST_FIRST = ("-asked_at", "-id")
STATUS = OpenApiParameter("status", str, enum=ApprovalStatus.values)
VIEW = "billing.view_approval"


class DeclineSerializer(serializers.Serializer):
    reason = serializers.CharField(min_length=10, max_length=500)


class ApprovalsView(StaffView):
    scopes = {"GET": Scope.BILLING_READ}
    permissions = {"GET": VIEW, "HEAD": VIEW}

    @extend_schema(operation_id="approvals_list", parameters=[STATUS, *PAGING], responses=page_of(ApprovalSerializer))
    def get(self, request: Request) -> Response:
        """What was asked for, newest first."""
        status = request.query_params.get("status", "")
        if status and status not in ApprovalStatus.values:
            raise Problem("invalid_status", f"status must be one of: {', '.join(ApprovalStatus.values)}.")
        rows = Approval.objects.select_related("organization")
        rows = rows.filter(status=status) if status else rows
        return KeysetPagination[Approval](NEWEST_FIRST).respond(
            request, rows, lambda page: ApprovalSerializer(page, many=True).data
        )


class ApprovalView(StaffView):
    scopes = {"GET": Scope.BILLING_READ}
    permissions = {"GET": VIEW, "HEAD": VIEW}

    @extend_schema(responses=ApprovalSerializer)
    def get(self, request: Request, approval_id: str) -> Response:
        return Response(ApprovalSerializer(named(approval_id)).data)


class ApproveView(StaffView):
    """The operations are those of the verbs: a repeated request finds what the first one gave Stripe."""

    operations = frozenset({"refunds.create", "subscriptions.update", "subscriptions.cancel"})
    permission_classes = [IsStaffPerson]
    permissions = {"POST": DECIDE}

    @extend_schema(request=None, responses={200: ApprovalSerializer, 202: AcceptedSerializer})
    def post(self, request: Request, approval_id: str) -> Response:
        """Approve what somebody else asks for, and do it. Not by keys; a step of the same person never counts."""
        done = approvals.approve(approval=named(approval_id), by=self.actor, now=timezone.now())
        return Response(ApprovalSerializer(done).data)

    def answer_for(self, command: StripeCommand) -> Response:
        return Response(ApprovalSerializer(Approval.objects.get(command=command)).data)


class DeclineView(StaffView):
    permission_classes = [IsStaffPerson]
    permissions = {"POST": DECIDE}

    @extend_schema(request=DeclineSerializer, responses=ApprovalSerializer)
    def post(self, request: Request, approval_id: str) -> Response:
        """Refuse what somebody else asks for."""
        given, approval = read(DeclineSerializer, request.data), named(approval_id)
        done = approvals.decline(approval=approval, by=self.actor, now=timezone.now(), **given)
        return Response(ApprovalSerializer(done).data)


def named(public_id: str) -> Approval:
    """Raises Problem `not_found`."""
    found = Approval.objects.select_related("organization").filter(public_id=public_id).first()
    if found is None:
        raise not_found("approval")
    return found
