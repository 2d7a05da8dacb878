"""Routes of billing, below the API's prefix."""

from django.urls import URLPattern, URLResolver, path, register_converter

from billing.api.api_keys import ApiKeysView, ApiKeyView, RotationView
from billing.api.approvals import ApprovalsView, ApprovalView, ApproveView, DeclineView
from billing.api.audit_entries import AuditEntriesView, AuditProofView
from billing.api.docs import DocsView, SchemaView
from billing.api.health import BillingHealthView, HealthView, PaymentHealthView
from billing.api.ids import IdConverter
from billing.api.invoices import InvoicesView, InvoiceView
from billing.api.login import LoginView, LogoutView, MeView
from billing.api.memberships import MembershipsView, MembershipView
from billing.api.meta import FeaturesView, PlansView
from billing.api.organizations import OrganizationDetailView, OrganizationsView
from billing.api.payments import PaymentMethodsView, PaymentsView
from billing.api.reconciliation import ReconciliationsView, ReconciliationView
from billing.api.refunds import RefundsView
from billing.api.subscriptions import CancelView, PreviewView, SubscriptionsView, SubscriptionView

register_converter(IdConverter, "id")

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", HealthView.as_view()),
    path("health/payment", PaymentHealthView.as_view()),
    path("billing/health", BillingHealthView.as_view()),
    path("meta/features", FeaturesView.as_view()),
    path("meta/plans", PlansView.as_view()),
    path("schema", SchemaView.as_view(), name="api-schema"),
    path("docs", DocsView.as_view(), name="api-docs"),
    path("auth/login", LoginView.as_view()),
    path("auth/logout", LogoutView.as_view()),
    path("auth/me", MeView.as_view()),
    path("organizations", OrganizationsView.as_view()),
    path("organization", OrganizationDetailView.as_view()),
    path("api-keys", ApiKeysView.as_view()),
    path("api-keys/<id:key_id>", ApiKeyView.as_view()),
    path("api-keys/<id:key_id>/rotate", RotationView.as_view()),
    path("approvals", ApprovalsView.as_view()),
    path("approvals/<id:approval_id>", ApprovalView.as_view()),
    path("approvals/<id:approval_id>/approve", ApproveView.as_view()),
    path("approvals/<id:approval_id>/decline", DeclineView.as_view()),
    path("memberships", MembershipsView.as_view()),
    path("memberships/<id:membership_id>", MembershipView.as_view()),
    path("audit/entries", AuditEntriesView.as_view()),
    path("audit/proof/<id:entry_id>", AuditProofView.as_view()),
    path("billing/subscriptions", SubscriptionsView.as_view()),
    path("billing/subscription", SubscriptionView.as_view()),
    path("billing/subscription/preview", PreviewView.as_view()),
    path("billing/subscription/cancel", CancelView.as_view()),
    path("billing/invoices", InvoicesView.as_view()),
    path("billing/invoices/<id:invoice_id>", InvoiceView.as_view()),
    path("billing/payments", PaymentsView.as_view()),
    path("billing/payments/<id:payment_id>/refunds", RefundsView.as_view()),
    path("billing/reconcile", ReconciliationsView.as_view()),
    path("billing/reconcile/<id:run_id>", ReconciliationView.as_view()),
    path("billing/payment-methods", PaymentMethodsView.as_view()),
]
