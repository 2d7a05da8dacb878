"""Subscriptions: read, preview, start, change, cancel."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.context import tenant
from billing.api.ids import id_parameter
from billing.api.outcomes import AcceptedSerializer
from billing.api.pagination import PAGING, KeysetPagination, page_of
from billing.api.subscription_inputs import (
    CancelSerializer,
    ChangeSerializer,
    PlanChoiceSerializer,
    StartSerializer,
    read,
)
from billing.api.subscription_shapes import PreviewSerializer, SubscriptionSerializer
from billing.api.views import OrganizationView
from billing.domain.permissions import Capability
from billing.models import StripeCommand, Subscription
from billing.models.price import Interval
from billing.queries.subscriptions import NoSubscription, plan_of, the_subscription
from billing.services import previews, subscriptions

NEWEST_FIRST = ("-stripe_created_at", "-id")
WHICH = OpenApiParameter("subscription", str, description="Which one, where there are several.")
WRITTEN = {200: SubscriptionSerializer, 202: AcceptedSerializer}


class _SubscriptionView(OrganizationView):
    def which(self) -> Subscription:
        """The only live subscription, or the one of `?subscription=`, as the customer's request sees it."""
        with tenant(self.organization.pk):
            return the_subscription(self.organization.pk, id_parameter(self.request, "subscription"))

    def show(self, stripe_id: str, status: int = 200) -> Response:
        with tenant(self.organization.pk):
            row = the_subscription(self.organization.pk, stripe_id)
            return Response(SubscriptionSerializer(row).data, status=status)

    def answer_for(self, command: StripeCommand) -> Response:
        return self.show(command.result_id, status=201 if command.operation == "subscriptions.create" else 200)


class SubscriptionsView(_SubscriptionView):
    operations = frozenset({"subscriptions.create"})
    needs = {"GET": Capability.BILLING_READ, "POST": Capability.BILLING_WRITE}

    @extend_schema(operation_id="subscriptions_list", parameters=PAGING, responses=page_of(SubscriptionSerializer))
    def get(self, request: Request) -> Response:
        """All subscriptions, ended ones too, newest first."""
        rows = Subscription.objects.filter(organization=self.organization)
        rows = rows.prefetch_related("items__price__plan")
        return KeysetPagination[Subscription](NEWEST_FIRST).respond(
            request, rows, lambda page: SubscriptionSerializer(page, many=True).data
        )

    @extend_schema(request=StartSerializer, responses={201: SubscriptionSerializer, 202: AcceptedSerializer})
    def post(self, request: Request) -> Response:
        """Start a subscription. A declined first payment answers 402 and leaves none behind."""
        given = read(StartSerializer, request.data)
        given["interval"] = given["interval"] or Interval.MONTH
        started = subscriptions.start(organization=self.organization, by=self.actor, **given)
        return self.show(started.stripe_id, status=201)


class SubscriptionView(_SubscriptionView):
    operations = frozenset({"subscriptions.update"})
    needs = {"GET": Capability.BILLING_READ, "PUT": Capability.BILLING_WRITE, "DELETE": Capability.BILLING_WRITE}

    @extend_schema(parameters=[WHICH], responses=SubscriptionSerializer)
    def get(self, request: Request) -> Response:
        row = the_subscription(self.organization.pk, id_parameter(request, "subscription"))
        return Response(SubscriptionSerializer(row).data)

    @extend_schema(parameters=[WHICH], request=ChangeSerializer, responses=WRITTEN)
    def put(self, request: Request) -> Response:
        """Change plan, interval or quantity now; the difference is invoiced at once."""
        given, row = read(ChangeSerializer, request.data), self.which()
        given["plan_code"] = given["plan_code"] or _plan_code(row)
        changed = subscriptions.change_plan(subscription=row, by=self.actor, **given)
        return self.show(changed.stripe_id)

    @extend_schema(parameters=[WHICH], request=None, responses=WRITTEN)
    def delete(self, request: Request) -> Response:
        """Cancel at the end of what is paid."""
        cancelled = subscriptions.cancel(subscription=self.which(), by=self.actor)
        return self.show(cancelled.stripe_id)


class CancelView(_SubscriptionView):
    operations = frozenset({"subscriptions.update", "subscriptions.cancel"})
    needs = {"POST": Capability.BILLING_WRITE}

    @extend_schema(parameters=[WHICH], request=CancelSerializer, responses=WRITTEN)
    def post(self, request: Request) -> Response:
        """Cancel at the end of what is paid, or now."""
        given = read(CancelSerializer, request.data)
        cancelled = subscriptions.cancel(subscription=self.which(), by=self.actor, **given)
        return self.show(cancelled.stripe_id)


class PreviewView(_SubscriptionView):
    needs = {"POST": Capability.BILLING_READ}

    @extend_schema(parameters=[WHICH], request=PlanChoiceSerializer, responses=PreviewSerializer)
    def post(self, request: Request) -> Response:
        """What a change would cost, or a start where there is no subscription. Changes nothing."""
        given = read(PlanChoiceSerializer, request.data)
        preview = self._preview(given)
        return Response(PreviewSerializer(preview, context={"currency": preview.currency}).data)

    def _preview(self, given: dict[str, Any]) -> previews.Preview:
        now = timezone.now()
        try:
            row = self.which()
        except NoSubscription:
            if id_parameter(self.request, "subscription"):
                raise
            return self._preview_start(given, now)
        return previews.preview_change(subscription=row, now=now, **given)

    def _preview_start(self, given: dict[str, Any], now: Any) -> previews.Preview:
        return previews.preview_start(
            organization=self.organization,
            plan_code=given["plan_code"],
            interval=given["interval"] or Interval.MONTH,
            quantity=given.get("quantity", 1),
            now=now,
        )


def _plan_code(row: Subscription) -> str:
    plan = plan_of(row)
    return plan.code if plan else ""
