import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_personal")]
    operations = [
        migrations.CreateModel(
            name="CustomKind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        help_text="As it stands in descriptors: Gadget.",
                        max_length=63,
                        unique=True,
                        verbose_name="kind",
                    ),
                ),
                (
                    "api_versions",
                    models.JSONField(
                        help_text='What `apiVersion` may be, as a JSON list: ["acme.example/v1"].',
                        verbose_name="versions",
                    ),
                ),
                ("schema", models.JSONField(help_text="JSON Schema (2020-12) of `spec`.", verbose_name="schema")),
                (
                    "relations",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text=(
                            "What fields of `spec` point at, as a JSON list of maps with field, type, reverse and "
                            'defaultKind: [{"field": "owner", "type": "ownedBy", "defaultKind": "Group"}].'
                        ),
                        verbose_name="relations",
                    ),
                ),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            ],
            options={"verbose_name": "kind", "ordering": ["kind"]},
        ),
        migrations.CreateModel(
            name="FileReference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type", models.CharField(max_length=15)),
                ("target", models.CharField(db_index=True, max_length=2048)),
                ("content_hash", models.CharField(blank=True, max_length=64)),
                ("etag", models.CharField(blank=True, max_length=255)),
                ("commit", models.CharField(blank=True, max_length=64)),
                ("memory", models.JSONField(blank=True, null=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="references",
                        to="catalog.sourcefile",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("file", "type", "target"), name="file_reference_is_kept_once")
                ]
            },
        ),
    ]
