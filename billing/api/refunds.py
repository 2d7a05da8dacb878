"""Refunds: given by staff and their programs, never by customers."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.approval_shapes import ApprovalNeededSerializer
from billing.api.caller import ORGANIZATION_HEADER
from billing.api.ids import not_found
from billing.api.money import MoneyField
from billing.api.problem import Problem
from billing.api.subscription_inputs import read
from billing.api.times import InstantField
from billing.api.views import StaffView
from billing.domain.scopes import Scope
from billing.models import Payment, Refund, StripeCommand
from billing.queries.refunds import refundable
from billing.services import refunds

WHOSE = OpenApiParameter(
    ORGANIZATION_HEADER, str, OpenApiParameter.HEADER, description="The payment's organization; needed for keys."
)


class AmountSerializer(serializers.Serializer):
    amount = serializers.IntegerField(min_value=1, max_value=2**53, help_text="Minor units: cents, yen, fils.")
    currency = serializers.RegexField(r"^[a-z]{3}$", help_text="The payment's.")


class RefundRequestSerializer(serializers.Serializer):
    """Without `amount` all that is left goes back."""

    amount = AmountSerializer(required=False)
    reason_code = serializers.ChoiceField(choices=refunds.REASON_CODES, required=False, help_text="Stripe's.")
    reason = serializers.CharField(min_length=10, max_length=500, help_text="For the log, and for whoever approves.")


class RefundSerializer(serializers.Serializer):
    id = serializers.CharField(source="stripe_id")
    payment = serializers.CharField(source="payment_id")
    amount = MoneyField()
    status = serializers.CharField(help_text="Stripe's: `pending`, `succeeded`, `failed`, ...")
    reason_code = serializers.CharField(source="reason", help_text="Stripe's; may be empty.")
    created_at = InstantField()


class RefundsView(StaffView):
    operations = frozenset({"refunds.create"})
    scopes = {"POST": Scope.BILLING_WRITE}
    permissions = {"POST": refunds.REFUND.permission}

    @extend_schema(
        parameters=[WHOSE],
        request=RefundRequestSerializer,
        responses={201: RefundSerializer, 202: ApprovalNeededSerializer},
    )
    def post(self, request: Request, payment_id: str) -> Response:
        """Give a payment back, all of it or a part. Over the caller's limit it waits for approval: 202 with
        `approval`. 202 with `command`: Stripe has not answered yet."""
        given, payment = read(RefundRequestSerializer, request.data), self.payment(payment_id)
        amount = given.pop("amount", None) or {"amount": refundable(payment).left, "currency": payment.currency}
        made = refunds.refund(payment=payment, by=self.actor, **amount, **given)
        return self.show(made)

    def payment(self, payment_id: str) -> Payment:
        """The payment, of the organization that the header names. Keys have to name it: a mistaken id is then not
        another customer's money. Raises Problem."""
        named = self.request.headers.get(ORGANIZATION_HEADER, "")
        if not named and self.caller.key is not None:
            raise Problem("organization_required", f"Name the payment's organization in {ORGANIZATION_HEADER}.")
        found = Payment.objects.filter(stripe_id=payment_id) | Payment.objects.filter(public_id=payment_id)
        payment = (found.filter(organization__public_id=named) if named else found).first()
        if payment is None:
            raise not_found("payment")
        return payment

    def show(self, made: Refund) -> Response:
        return Response(RefundSerializer(made).data, status=201)

    def answer_for(self, command: StripeCommand) -> Response:
        return self.show(refunds.refund_of(command))
