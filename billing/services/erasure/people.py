"""Members, their accounts and what they signed in with; keys."""

from collections import Counter
from collections.abc import Collection

from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from billing.models import ApiKey, Membership, User
from billing.services.erasure.steps import Counts, Subject, blank, cut, delete

KEY_NAME = "Erased"


def forget_people(subject: Subject, dry: bool) -> Counts:
    """Accounts of those who belong to this organization alone go, with their sessions and tokens; staff, and
    members of others, lose the membership only."""
    leaving = list(_alone(subject).values_list("pk", flat=True))
    memberships = Membership.objects.filter(organization_id=subject.pk)
    done = Counter({"billing_membership": memberships.count()})
    done += _forget_accounts(leaving, dry)  # before the memberships, which say whose they are
    delete(memberships, dry)
    return done


def _alone(subject: Subject) -> QuerySet[User]:
    elsewhere = Membership.objects.filter(user=OuterRef("pk")).exclude(organization_id=subject.pk)
    members = User.objects.filter(memberships__organization_id=subject.pk, is_staff=False, is_superuser=False)
    return members.exclude(Exists(elsewhere))


def _forget_accounts(ids: Collection[int], dry: bool) -> Counts:
    done = _forget_sessions({str(pk) for pk in ids}, dry) if ids else Counter()
    mentions = LogEntry.objects.filter(object_id__in=[str(pk) for pk in ids], content_type__model="user")
    done += blank(mentions.filter(content_type__app_label="billing"), dry, object_repr="", change_message="")
    for some in cut(list(ids)):
        if not dry:
            with transaction.atomic():  # memberships and login tokens go with them
                User.objects.filter(pk__in=some).delete()
        done["billing_user"] += len(some)
    return done


def _forget_sessions(users: Collection[str], dry: bool) -> Counts:
    """A session says whose it is only inside."""
    theirs = [
        session.pk
        for session in Session.objects.iterator(chunk_size=1000)
        if session.get_decoded().get(SESSION_KEY) in users
    ]
    if not dry:
        Session.objects.filter(pk__in=theirs).delete()
    return Counter({"django_session": len(theirs)})


def end_keys(subject: Subject, dry: bool) -> Counts:
    """A key's name was given by a person."""
    keys = ApiKey.objects.filter(organization_id=subject.pk)
    if not dry:
        keys.filter(revoked_at=None).update(revoked_at=timezone.now())
    return blank(keys, dry, name=KEY_NAME)
