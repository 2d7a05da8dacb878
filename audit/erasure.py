"""Personal details of the log can be forgotten; that something was done, and by whom, cannot."""

from django.db import connection, transaction

from audit.record import flush, record


@transaction.atomic
def forget_personal_details(*, organization_id: int) -> int:
    """Destroy what the organization's entries tell of persons (reasons, addresses, values of personal fields).

    Returns how many entries were scrubbed. The chain holds only commitments to these details, so that it still
    verifies; an entry says up to where they were erased. What is recorded in the same transaction before this is
    scrubbed too, what is recorded after it is not.
    """
    flush()
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, last FROM audit_forget(%s)", [organization_id])
        number, last = cursor.fetchone()
    record(
        "personal_details.erased",
        target=("organization", str(organization_id)),
        organization_id=organization_id,
        after={"from": 1, "to": last or 0},
    )
    return int(number)
