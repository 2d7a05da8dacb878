"""Reconciliation with Stripe: asked for by staff and their programs, done by a worker."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.ids import not_found
from billing.api.money import MoneyField
from billing.api.problem import Problem
from billing.api.subscription_inputs import read
from billing.api.times import InstantField
from billing.api.views import StaffView
from billing.domain.scopes import Scope
from billing.models import ReconciliationRun
from billing.models.reconciliation import ReconciliationStatus
from billing.reconcile.asking import CannotReconcile, ask_a_worker
from billing.reconcile.passes import NOUNS
from billing.reconcile.report import report

VIEW = "billing.view_reconciliationrun"
ADD = "billing.add_reconciliationrun"


class ReconciliationRequestSerializer(serializers.Serializer):
    """Without `full` and `since`: what is new since the last run, and what is not final."""

    full = serializers.BooleanField(default=False)
    nouns = serializers.ListField(child=serializers.ChoiceField(choices=NOUNS), default=list, max_length=len(NOUNS))
    since = serializers.DateTimeField(required=False)


class ReconciliationSerializer(serializers.Serializer):
    """`discrepancies` and `amount` are what is open, of this run and others before it."""

    id = serializers.CharField(source="public_id")
    status = serializers.ChoiceField(choices=ReconciliationStatus.choices)
    full = serializers.BooleanField()
    asked_at = InstantField()
    started_at = InstantField(allow_null=True)
    finished_at = InstantField(allow_null=True)
    checked = serializers.IntegerField()
    found = serializers.IntegerField()
    healed = serializers.IntegerField()
    discrepancies = serializers.IntegerField()
    amount = serializers.ListField(child=MoneyField())
    discrepancy_rate = serializers.FloatField()
    revenue_accuracy = serializers.FloatField()
    stripe_calls = serializers.IntegerField()
    nouns = serializers.DictField()

    def to_representation(self, instance: ReconciliationRun) -> dict[str, object]:
        times = {
            name: InstantField().to_representation(at) if (at := getattr(instance, name)) else None for name in TIMES
        }
        return {**report(instance), "status": instance.status, "full": instance.full, **times}


TIMES = ("asked_at", "started_at", "finished_at")


class ReconciliationsView(StaffView):
    is_local = True
    scopes = {"POST": Scope.BILLING_WRITE}
    permissions = {"POST": ADD}

    @extend_schema(request=ReconciliationRequestSerializer, responses={202: ReconciliationSerializer})
    def post(self, request: Request) -> Response:
        """Have Stripe compared with what is here. A run that is going is answered, whatever its scope: there is never
        a second beside it."""
        given = read(ReconciliationRequestSerializer, request.data)
        try:
            run = ask_a_worker(by=self.actor, **given)
        except CannotReconcile as error:
            raise Problem("invalid_nouns", str(error)) from error
        return Response(ReconciliationSerializer(run).data, status=202)


class ReconciliationView(StaffView):
    scopes = {"GET": Scope.BILLING_READ}
    permissions = {"GET": VIEW, "HEAD": VIEW}

    @extend_schema(responses=ReconciliationSerializer)
    def get(self, request: Request, run_id: str) -> Response:
        run = ReconciliationRun.objects.filter(public_id=run_id).first()
        if run is None:
            raise not_found("reconciliation")
        return Response(ReconciliationSerializer(run).data)
