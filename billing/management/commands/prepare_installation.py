"""Bring the database of this release up: migrations, cache table, row security, staff groups, schedule."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from audit.tenancy import close_open_tables
from billing.staff import ensure_staff_groups


class Command(BaseCommand):
    help = (
        "Migrate the database, make the cache table and the staff groups, and write the schedule of "
        "config/schedule.py. Safe to run again; run it before each release is started (as the role app_owner)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Migrating (the first time this takes a while) ...")
        call_command("migrate", interactive=False, verbosity=int(options["verbosity"]) - 1)
        if settings.CACHE_URL.startswith("dbcache"):
            self.stdout.write("Cache table ...")
            call_command("createcachetable", verbosity=0)
        close_open_tables()
        self.stdout.write("Staff groups ...")
        ensure_staff_groups()
        self.stdout.write("Schedule ...")
        write_schedule()
        self.stdout.write(self.style.SUCCESS("The installation is prepared."))


def write_schedule() -> None:
    """Entries keep their switch: what staff disabled stays disabled. Those that left the table are removed."""
    for entry in settings.SCHEDULE:
        interval, _ = IntervalSchedule.objects.get_or_create(every=entry.every, period=IntervalSchedule.SECONDS)
        PeriodicTask.objects.update_or_create(
            name=entry.name, defaults={"task": entry.task, "interval": interval, "crontab": None}
        )
    names = [entry.name for entry in settings.SCHEDULE]
    ours = PeriodicTask.objects.filter(task__regex=r"^(billing|usage|analytics|audit)\.")
    ours.exclude(name__in=names).delete()
