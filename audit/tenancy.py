"""What makes a table a tenant table."""

from django.db import migrations, models

from audit.context import CUSTOMER_ROLE


class TenantModel(models.Model):
    """A row that belongs to one organization.

    Customers' requests read such tables as the role `app_customer`; a migration grants it with
    `grant_customer_read`, and tests fail on a tenant table without the grant.
    """

    organization = models.ForeignKey("billing.Organization", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


def grant_customer_read(*tables: str) -> migrations.RunSQL:
    """A migration step that lets customers' requests read these tables; the reverse takes it back."""
    names = ", ".join(f'"{table}"' for table in tables)
    return migrations.RunSQL(
        f"GRANT SELECT ON {names} TO {CUSTOMER_ROLE}",
        f"REVOKE SELECT ON {names} FROM {CUSTOMER_ROLE}",  # noqa: S608 - names of our own tables
    )
