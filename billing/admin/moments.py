"""The log as a timeline: sentences, with the people behind them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from audit.actions import UnknownAction, sentence_for
from audit.actor import ActorKind
from audit.models import AuditEntry
from billing.admin.command_words import operation_words
from billing.admin.sections import Moment, Timeline
from billing.models import ApiKey, User
from billing.services.guarded import all_verbs
from billing.templatetags.declines import decline
from billing.templatetags.formats import money_text
from billing.templatetags.viewer import Viewer

PEOPLE = (ActorKind.STAFF, ActorKind.USER)
NAMES = {ActorKind.STRIPE: "Stripe", ActorKind.SYSTEM: "the system"}
LENGTH = 20
AMOUNT = re.compile(r"^(amount|subtotal|total|tax|balance)(_|$)")


def sentence(entry: AuditEntry, viewer: Viewer) -> str:
    """The entry in words; the bare action for one whose app is not installed any more."""
    worded = AuditEntry(target_id=entry.target_id, action=entry.action)
    worded.before, worded.after = values_in_words(entry.before, viewer), values_in_words(entry.after, viewer)
    worded.reason = entry.reason
    try:
        return sentence_for(worded)
    except UnknownAction:
        return f"{entry.action} {entry.target_id}"


def values_in_words(values: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    """Minor units as money, codes as words. Amounts without a currency beside them stay numbers."""
    return {name: _in_words(name, value, values, viewer) for name, value in values.items()}


def _in_words(name: str, value: Any, values: Mapping[str, Any], viewer: Viewer) -> Any:
    if AMOUNT.search(name) and isinstance(value, int) and values.get("currency"):
        return money_text(value, str(values["currency"]), viewer.locale)
    if name == "currency" and isinstance(value, str):
        return value.upper()
    if name in ("failure_code", "decline_code") and value:
        return decline(str(value)).words
    if name == "verb" and value in all_verbs():
        return all_verbs()[str(value)].label.lower()
    if name == "operation":
        return operation_words(str(value))
    if name == "status" and isinstance(value, str):
        return value.replace("_", " ")
    return value


def actor_names(entries: Iterable[AuditEntry]) -> dict[tuple[str, str], str]:
    """(kind, id) -> who that is, in at most two queries."""
    return names_of({(entry.actor_kind, entry.actor_id) for entry in entries})


def names_of(actors: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    people = {id_ for kind, id_ in actors if kind in PEOPLE and id_.isdigit()}
    keys = {id_ for kind, id_ in actors if kind == ActorKind.API_KEY}
    users = {str(user.pk): user.get_full_name() for user in User.objects.filter(pk__in=people)} if people else {}
    named = dict(ApiKey.objects.filter(public_id__in=keys).values_list("public_id", "name")) if keys else {}
    return {(kind, id_): _name(kind, id_, users, named) for kind, id_ in actors}


def _name(kind: str, id_: str, users: dict[str, str], keys: dict[str, str]) -> str:
    if kind in PEOPLE:
        return f"{users.get(id_, f'user {id_}')}{' (staff)' if kind == ActorKind.STAFF else ''}"
    if kind == ActorKind.API_KEY:
        return f"API key {keys.get(id_, id_)}"
    return NAMES.get(ActorKind(kind), kind)


def of_organization(organization_id: int, viewer: Viewer) -> Timeline:
    return _timeline(
        AuditEntry.objects.filter(organization_id=organization_id).order_by("-id")[:LENGTH], viewer, half=True
    )


def of_target(target_type: str, target_id: str, viewer: Viewer) -> Timeline:
    entries = AuditEntry.objects.filter(target_type=target_type, target_id=target_id).order_by("-id")[:LENGTH]
    return _timeline(entries, viewer)


def of_object(target_id: str, viewer: Viewer) -> Timeline:
    """Of an object whose kind is not known: Stripe's ids are unique alone."""
    kinds = ("subscription", "invoice", "payment", "charge", "payment_method", "checkout", "organization")
    entries = AuditEntry.objects.filter(target_type__in=kinds, target_id=target_id).order_by("-id")
    return _timeline(entries[:LENGTH] if target_id else [], viewer)


def _timeline(found: Iterable[AuditEntry], viewer: Viewer, *, half: bool = False) -> Timeline:
    entries = list(found)
    names = actor_names(entries)
    return Timeline("Timeline", [_moment(entry, names, viewer) for entry in entries], half=half)


def _moment(entry: AuditEntry, names: dict[tuple[str, str], str], viewer: Viewer) -> Moment:
    by = viewer.link("audit.auditentry", entry.pk, names[(entry.actor_kind, entry.actor_id)])
    return Moment(entry.created_at, sentence(entry, viewer), by, entry.reason)
