from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = "Billing"

    def ready(self) -> None:
        from billing.gateway import mirror

        mirror.repair_djstripe()
        autodiscover_modules("actions", "handlers", "checks", "metrics")
