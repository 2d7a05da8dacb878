"""The log as a timeline: sentences, with the people behind them."""

from collections.abc import Iterable

from audit.actions import UnknownAction, sentence_for
from audit.actor import ActorKind
from audit.models import AuditEntry
from billing.admin.sections import Moment, Timeline
from billing.models import ApiKey, User
from billing.templatetags.viewer import Viewer

PEOPLE = (ActorKind.STAFF, ActorKind.USER)
NAMES = {ActorKind.STRIPE: "Stripe", ActorKind.SYSTEM: "the system"}
LENGTH = 20


def sentence(entry: AuditEntry) -> str:
    """The entry in words; the bare action for one whose app is not installed any more."""
    try:
        return sentence_for(entry)
    except UnknownAction:
        return f"{entry.action} {entry.target_id}"


def actor_names(entries: Iterable[AuditEntry]) -> dict[tuple[str, str], str]:
    """(kind, id) -> who that is, in at most two queries."""
    actors = {(entry.actor_kind, entry.actor_id) for entry in entries}
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
    return _timeline(AuditEntry.objects.filter(organization_id=organization_id).order_by("-id")[:LENGTH], viewer)


def of_target(target_type: str, target_id: str, viewer: Viewer) -> Timeline:
    entries = AuditEntry.objects.filter(target_type=target_type, target_id=target_id).order_by("-id")[:LENGTH]
    return _timeline(entries, viewer)


def _timeline(found: Iterable[AuditEntry], viewer: Viewer) -> Timeline:
    entries = list(found)
    names = actor_names(entries)
    return Timeline("Timeline", [_moment(entry, names, viewer) for entry in entries])


def _moment(entry: AuditEntry, names: dict[tuple[str, str], str], viewer: Viewer) -> Moment:
    by = viewer.link("audit.auditentry", entry.pk, names[(entry.actor_kind, entry.actor_id)])
    return Moment(entry.created_at, sentence(entry), by, entry.reason)
