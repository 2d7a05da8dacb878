from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = "Billing"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from billing.gateway import mirror
        from billing.signin import sealed, sessions  # noqa: F401 - rotated with the key; notes when a session begins
        from billing.staff import give_rights_after_migrating

        mirror.repair_djstripe()
        autodiscover_modules("actions", "handlers", "checks", "metrics")
        post_migrate.connect(give_rights_after_migrating, dispatch_uid="billing.staff")
