"""Every address of the staff's site."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.urls import reverse

from audit.models import AuditEntry
from billing import models

NOUNS: tuple[type[Model], ...] = (
    models.Organization,
    models.Subscription,
    models.Invoice,
    models.Payment,
    models.Approval,
    models.DeadLetter,
    models.Discrepancy,
    models.ReconciliationRun,
    models.Replay,
    models.WebhookEvent,
    models.StripeCommand,
    models.Plan,
    models.User,
    models.ApiKey,
    Group,
    AuditEntry,
)
VERBS = ("change_plan", "cancel")
EVENT_VERBS = ("replay", "discard")
LETTER_VERBS = (*EVENT_VERBS, "take", "snooze")
KEY_VERBS = ("rotate", "revoke")


def name_of(model: type[Model], page: str) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"


def list_of(model: type[Model], query: str = "") -> str:
    return reverse(name_of(model, "changelist")) + query


def page_of(row: Model) -> str:
    return reverse(name_of(type(row), "change"), args=[row.pk])


def verb_of(row: Model, verb: str) -> str:
    return reverse(name_of(type(row), verb), args=[row.pk])


def key_verb_of(key: models.ApiKey, verb: str) -> str:
    return reverse(f"admin:billing_apikey_{verb}", args=[key.pk])


def lists() -> list[str]:
    """Each list under each of its views."""
    found = []
    for model in NOUNS:
        page: Any = admin.site._registry[model]
        found += [list_of(model), *(list_of(model, f"?view={chip.code}") for chip in page.chips)]
    return found


def object_pages() -> Iterator[str]:
    """One page of each noun that has a row."""
    for model in NOUNS:
        row = model._default_manager.order_by("-pk").first()
        if row is not None and not (model is models.User and not row.is_staff):
            yield page_of(row)


def other_pages() -> list[str]:
    names = (
        "index",
        "search",
        "password_change",
        "billing_user_add",
        "billing_apikey_add",
        "billing_webhookevent_send_test",
        "billing_webhookevent_replay_many",
        "billing_reconciliationrun_ask",
    )
    return [reverse(f"admin:{name}") for name in names]


def every_page() -> list[str]:
    subscription = models.Subscription.objects.first()
    verbs = [verb_of(subscription, verb) for verb in VERBS] if subscription else []
    key = models.ApiKey.objects.first()
    verbs += [key_verb_of(key, verb) for verb in KEY_VERBS] if key else []
    verbs += [verb_of(row, "refund") for row in models.Payment.objects.succeeded()[:2]]
    verbs += [verb_of(row, verb) for row in models.Approval.objects.all()[:2] for verb in ("approve", "decline")]
    verbs += [verb_of(row, verb) for row in models.DeadLetter.objects.all()[:1] for verb in LETTER_VERBS]
    verbs += [
        verb_of(row, verb) for row in models.WebhookEvent.objects.filter(status="dead")[:1] for verb in EVENT_VERBS
    ]
    verbs += [verb_of(row, verb) for row in models.Discrepancy.objects.all()[:1] for verb in ("take", "settle")]
    return [*other_pages(), *lists(), *object_pages(), *verbs]
