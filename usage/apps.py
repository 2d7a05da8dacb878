from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class UsageConfig(AppConfig):
    name = "usage"
    verbose_name = "Usage"

    def ready(self) -> None:
        autodiscover_modules("actions", "handlers", "checks", "erasure")
