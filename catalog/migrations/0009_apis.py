"""What the definitions of APIs said, version by version."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0008_docs")]

    operations = [
        migrations.CreateModel(
            name="ApiDefinition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(max_length=191, unique=True)),
                ("type", models.CharField(blank=True, max_length=255)),
                ("source_hash", models.CharField(max_length=64)),
                ("label", models.CharField(blank=True, max_length=255)),
                ("operation_count", models.PositiveIntegerField(default=0)),
                ("version_count", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField(null=True)),
                ("breaking_count", models.PositiveIntegerField(default=0)),
                ("outline", models.JSONField(default=dict)),
                ("problem", models.JSONField(default=dict)),
                ("read_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ApiVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("label", models.CharField(blank=True, max_length=255)),
                ("digest", models.CharField(max_length=64)),
                ("packed", models.BinaryField()),
                ("seen_at", models.DateTimeField()),
                ("changes", models.JSONField(default=list)),
                ("breaking_count", models.PositiveIntegerField(default=0)),
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="catalog.apidefinition",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("definition", "number"), name="api_version_has_one_number"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="api_versions_begin_at_one"),
                ],
            },
        ),
    ]
