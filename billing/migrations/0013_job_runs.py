"""Runs of scheduled jobs: their lock, their lease, their history."""

import django.utils.timezone
from django.db import migrations, models

from audit.tenancy import staff_rows


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0012_staff_groups"),
    ]

    operations = [
        migrations.CreateModel(
            name="JobRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("job", models.CharField(max_length=64)),
                ("slot", models.DateTimeField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("lost", "Interrupted"),
                        ],
                        default="running",
                        max_length=16,
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("lease_until", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("progress", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                ("error", models.TextField(blank=True, default="")),
            ],
            options={
                "indexes": [models.Index(fields=["job", "-id"], name="job_run_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["running", "done", "failed", "lost"])), name="job_run_status"
                    ),
                    models.UniqueConstraint(fields=("job", "slot"), name="job_run_one_a_slot"),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "running")), fields=("job",), name="job_run_one_at_a_time"
                    ),
                ],
            },
        ),
        staff_rows("billing_jobrun"),
    ]
