from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = "Billing"

    def ready(self) -> None:
        from billing.gateway import mirror
        from billing.signin import sessions  # noqa: F401 - notes when a session begins

        mirror.repair_djstripe()
        autodiscover_modules("actions", "handlers", "checks", "metrics")
