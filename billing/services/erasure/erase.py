"""The erasure of one customer: marked first, then scrubbed step by step, and at last the log's details.

From the mark on nothing personal that arrives is stored. Every step commits by itself and may run again, so that an
erasure that was killed is simply done again.
"""

from collections import Counter
from collections.abc import Callable

from django.db import connection, transaction
from django.utils import timezone

from audit.actor import Actor
from audit.context import acting
from audit.erasure import forget_personal_details
from audit.record import record
from billing.models import Organization
from billing.projection.apply import ERASURE_LOCK
from billing.services import commands
from billing.services.erasure import people, requests, rows, stripe_said
from billing.services.erasure.refusals import CannotErase, refuse_unsettled
from billing.services.erasure.steps import Counts, Step, Subject, all_steps

OWN_STEPS: tuple[Step, ...] = (
    people.forget_people,
    people.end_keys,
    rows.forget_typed_rows,
    requests.forget_commands,
    requests.forget_answers,
    requests.forget_reasons,
    stripe_said.forget_snapshots,
    stripe_said.forget_mirror,
    stripe_said.forget_events,
)


def _nobody_watches(done: Counts) -> None:
    """The counts so far are told to nobody."""


def what_is_there(*, organization: Organization) -> Counts:
    """How many rows an erasure would change, by table. Raises CannotErase where it would be refused."""
    refuse_unsettled(organization, now=timezone.now())
    subject = _subject(organization)
    return sum((one(subject, True) for one in (*OWN_STEPS, *all_steps())), Counter())


def erase(
    *,
    organization: Organization,
    reason: str,
    by: Actor,
    at_stripe: bool = False,
    progress: Callable[[Counts], None] = _nobody_watches,
) -> Counts:
    """Forget the organization's persons; returns the changed rows by table. What was erased before is gone through
    again, for what came since.

    `at_stripe` also has the customer deleted at Stripe, which still keeps its payments; redacting those is done
    there. Raises CannotErase, and with `at_stripe` StripeRefused and OutcomeUnknown, after everything here is done.
    """
    if not reason.strip():
        raise CannotErase("Give a reason: who asked for it, and where that is kept.", code="reason_required")
    with acting(by):
        _begin(organization)
        subject, done = _subject(organization), Counts()
        for one in (*OWN_STEPS, *all_steps()):
            done += one(subject, False)
            progress(done)
        done["audit_auditentry"] += forget_personal_details(organization_id=organization.pk)
        progress(done)
        _finish(subject, done, reason)
        if at_stripe and organization.stripe_customer_id and organization.deleted_at is None:
            _delete_at_stripe(subject, by)
    organization.refresh_from_db()
    return +done


@transaction.atomic
def _begin(organization: Organization) -> None:
    """Mark it, while nobody writes what Stripe said: whoever writes later sees the mark."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ERASURE_LOCK])
    locked = Organization.objects.select_for_update().get(pk=organization.pk)
    refuse_unsettled(locked, now=timezone.now())
    if locked.erased_at is None:
        locked.erased_at = timezone.now()
        record("organization.erasure_begun", target=("organization", locked.public_id), organization_id=locked.pk)
    locked.name, locked.email, locked.country, locked.metadata = f"Erased {locked.public_id}", "", "", {}
    locked.save(update_fields=["erased_at", "name", "email", "country", "metadata"])
    organization.refresh_from_db()


def _subject(organization: Organization) -> Subject:
    return Subject(organization.pk, organization.public_id, organization.stripe_customer_id or "")


@transaction.atomic
def _finish(subject: Subject, done: Counts, reason: str) -> None:
    """The entry comes after the log forgot, so that its reason stays: it is the proof."""
    record(
        "organization.erased",
        target=("organization", subject.public_id),
        organization_id=subject.pk,
        after={"rows": dict(+done)},
        reason=reason.strip(),
    )


def _delete_at_stripe(subject: Subject, by: Actor) -> None:
    with transaction.atomic():
        command = commands.prepare(
            operation="customers.delete", parameters={"id": subject.customer_id}, organization_id=subject.pk, by=by
        )
    commands.run(command)
