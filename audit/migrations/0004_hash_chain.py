"""The tables of the hash chain. What was logged before is put aside and chained in 0006."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.utils.timezone
from django.db import migrations, models

from audit.tenancy import staff_rows, tenant_rows

PUT_ASIDE = """
CREATE TABLE audit_unchained AS SELECT * FROM audit_auditentry;
DROP TRIGGER audit_entry_no_change ON audit_auditentry;
DROP TRIGGER audit_entry_no_row_change ON audit_auditentry;
DELETE FROM audit_auditentry;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_organization_of_the_session")]
    operations = [
        migrations.RunSQL(PUT_ASIDE, migrations.RunSQL.noop),
        *[migrations.RemoveField("auditentry", name) for name in ("before", "after", "reason", "ip_address")],
        *[
            migrations.AddField("auditentry", name, field, preserve_default=False)
            for name, field in {
                "chain": models.BigIntegerField(default=0),
                "sequence": models.BigIntegerField(default=0),
                "content": models.TextField(default=""),
                "hash": models.BinaryField(default=b""),
            }.items()
        ],
        migrations.AddConstraint(
            "auditentry", models.UniqueConstraint(fields=("chain", "sequence"), name="audit_entry_place")
        ),
        migrations.AddIndex(
            "auditentry",
            django.contrib.postgres.indexes.BrinIndex(fields=["created_at"], name="audit_entry_time"),
        ),
        migrations.AlterModelOptions(
            "auditentry",
            {
                "permissions": [("export_auditentry", "Can export entries")],
                "verbose_name": "entry",
                "verbose_name_plural": "entries",
            },
        ),
        migrations.CreateModel(
            "ChainHead",
            [
                ("chain", models.BigIntegerField(primary_key=True, serialize=False)),
                ("sequence", models.BigIntegerField()),
                ("hash", models.BinaryField()),
                ("peaks", django.contrib.postgres.fields.ArrayField(models.BinaryField())),
            ],
            options={"verbose_name": "chain"},
        ),
        migrations.CreateModel(
            "ChainNode",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "chain", "level", "position", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("chain", models.BigIntegerField()),
                ("level", models.SmallIntegerField()),
                ("position", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={"verbose_name": "chain node"},
        ),
        migrations.CreateModel(
            "PersonalDetail",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "chain", "sequence", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("chain", models.BigIntegerField()),
                ("sequence", models.BigIntegerField()),
                ("key", models.BinaryField()),
                ("content", models.TextField()),
            ],
            options={"verbose_name": "personal detail"},
        ),
        migrations.CreateModel(
            "Verification",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(null=True)),
                ("chains", models.BigIntegerField(default=0)),
                ("entries", models.BigIntegerField(default=0)),
                ("intact", models.BooleanField(null=True)),
                ("faults", models.JSONField(default=list)),
                ("against", models.CharField(blank=True, default="", max_length=255)),
            ],
            options={"verbose_name": "verification"},
        ),
        migrations.CreateModel(
            "Anchor",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
                ("place", models.CharField(max_length=512)),
                ("key_id", models.CharField(max_length=16)),
                ("chains", models.BigIntegerField()),
                ("entries", models.BigIntegerField()),
            ],
            options={"verbose_name": "anchor"},
        ),
        # An organization's chain has the organization's primary key as number
        tenant_rows("audit_chainhead", "audit_chainnode", "audit_personaldetail", column="chain", read_only=True),
        staff_rows("audit_verification", "audit_anchor"),
    ]
