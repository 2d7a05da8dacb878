"""Payments and payment methods: the lists."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.pagination import PAGING, KeysetPagination, page_of
from billing.api.payment_shapes import PaymentMethodSerializer, PaymentSerializer
from billing.api.views import OrganizationView
from billing.domain.permissions import Capability
from billing.models import Payment, PaymentMethod

NEWEST_FIRST = ("-created_at", "-id")


class PaymentsView(OrganizationView):
    needs = {"GET": Capability.BILLING_READ}

    @extend_schema(operation_id="payments_list", parameters=PAGING, responses=page_of(PaymentSerializer))
    def get(self, request: Request) -> Response:
        """Payments and attempts to pay, newest first."""
        rows = Payment.objects.filter(organization=self.organization).prefetch_related("invoice_payments")
        return KeysetPagination[Payment](NEWEST_FIRST).respond(
            request, rows, lambda page: PaymentSerializer(page, many=True).data
        )


class PaymentMethodsView(OrganizationView):
    needs = {"GET": Capability.BILLING_READ}

    @extend_schema(operation_id="payment_methods_list", parameters=PAGING, responses=page_of(PaymentMethodSerializer))
    def get(self, request: Request) -> Response:
        """Payment methods in use, newest first."""
        rows = PaymentMethod.objects.filter(organization=self.organization, detached=False)
        context = {"default": self.organization.default_payment_method_id}
        return KeysetPagination[PaymentMethod](NEWEST_FIRST).respond(
            request, rows, lambda page: PaymentMethodSerializer(page, many=True, context=context).data
        )
