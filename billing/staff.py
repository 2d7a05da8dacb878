"""The groups that staff belong to, and what each may see and do.

A migration makes the groups. Permissions exist only after all migrations have run, so that each `migrate` ends with
giving the groups exactly the rights of this table: those that later migrations bring too.

The two verbs on subscriptions (change plan, cancel) need `billing.change_subscription`, refunds
`billing.refund_payment`. Above its group's limit (APPROVAL_LIMIT_...) a verb becomes a question, which those with
`billing.decide_approval` answer.
"""

from enum import StrEnum
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.apps.registry import Apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction

OWN_APPS = ("audit", "billing", "usage", "analytics")


class StaffGroup(StrEnum):
    SUPPORT = "Support"
    FINANCE = "Finance"
    AUDITOR = "Auditor"
    SUPERADMIN = "Superadmin"


CUSTOMERS = ("organization", "subscription", "invoice", "payment", "plan", "approval")
SYSTEM = ("webhookevent", "deadletter", "webhookattempt", "replay", "stripecommand", "reconciliationrun", "discrepancy")
API_KEYS = ("billing.view_apikey", "billing.add_apikey", "billing.change_apikey")
SUBSCRIPTION_VERBS = ("billing.change_subscription",)
PAYMENT_VERBS = ("billing.refund_payment",)
INBOX_VERBS = ("billing.replay_webhookevent",)
RECONCILING = ("billing.add_reconciliationrun",)
DECISIONS = ("billing.decide_approval",)
LOG = ("audit.view_auditentry", "audit.export_auditentry")
NUMBERS = ("view:usage", "view:analytics")


def view(*models: str) -> tuple[str, ...]:
    return tuple(f"billing.view_{model}" for model in models)


RIGHTS: dict[StaffGroup, tuple[str, ...]] = {
    StaffGroup.SUPPORT: (*view(*CUSTOMERS), *SUBSCRIPTION_VERBS, *PAYMENT_VERBS, "view:usage"),
    StaffGroup.FINANCE: (
        *view(*CUSTOMERS, *SYSTEM),
        *SUBSCRIPTION_VERBS,
        *PAYMENT_VERBS,
        *DECISIONS,
        *INBOX_VERBS,
        *RECONCILING,
        "audit.view_auditentry",
        *NUMBERS,
    ),
    StaffGroup.AUDITOR: (*view(*CUSTOMERS, *SYSTEM, "user", "apikey"), *LOG, *NUMBERS),
    StaffGroup.SUPERADMIN: (
        *view(*CUSTOMERS, *SYSTEM),
        *SUBSCRIPTION_VERBS,
        *PAYMENT_VERBS,
        *DECISIONS,
        *INBOX_VERBS,
        *RECONCILING,
        *API_KEYS,
        "billing.add_user",
        "billing.change_user",
        "billing.view_user",
        "auth.view_group",
        *LOG,
        *NUMBERS,
    ),
}


def give_rights_after_migrating(*, app_config: AppConfig, apps: Apps, **_: Any) -> None:
    """Once the last of our apps has its permissions; where only a part was migrated there may be none yet."""
    ours = [each.label for each in installed.get_app_configs() if each.label in OWN_APPS]
    known = {model._meta.label for model in apps.get_models()}
    if app_config.label == ours[-1] and {"auth.Group", "auth.Permission"} <= known:
        ensure_staff_groups()


@transaction.atomic
def ensure_staff_groups() -> dict[StaffGroup, Group]:
    """Make the four groups and give each exactly its rights; may run again at any time."""
    groups = {name: Group.objects.get_or_create(name=name.value)[0] for name in StaffGroup}
    for name, group in groups.items():
        group.permissions.set(_permissions(RIGHTS[name]))
    return groups


def _permissions(names: tuple[str, ...]) -> list[Permission]:
    """Permissions by "app.codename"; "view:app" stands for reading all of an app."""
    known = Permission.objects.filter(content_type__app_label__in=(*OWN_APPS, "auth")).select_related("content_type")
    return [permission for permission in known if _named(permission) & set(names)]


def _named(permission: Permission) -> set[str]:
    app, code = permission.content_type.app_label, permission.codename
    return {f"{app}.{code}", f"view:{app}"} if code.startswith("view_") else {f"{app}.{code}"}
