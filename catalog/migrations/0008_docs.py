"""What was read of docs: sites, pages, pictures, and links that lead nowhere."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_sources")]

    operations = [
        migrations.CreateModel(
            name="DocsSite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(max_length=191, unique=True)),
                ("place", models.CharField(max_length=2048)),
                ("repository", models.CharField(blank=True, db_index=True, max_length=400)),
                ("commit", models.CharField(blank=True, max_length=64)),
                ("etag", models.CharField(blank=True, max_length=255)),
                ("shape", models.CharField(blank=True, max_length=64)),
                ("name", models.CharField(blank=True, max_length=255)),
                ("description", models.TextField(blank=True)),
                ("folder", models.CharField(blank=True, max_length=400)),
                ("edit_address", models.CharField(blank=True, max_length=2048)),
                ("view_address", models.CharField(blank=True, max_length=2048)),
                ("nav", models.JSONField(default=list)),
                ("remarks", models.JSONField(default=list)),
                ("page_count", models.PositiveIntegerField(default=0)),
                ("finding_count", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField(null=True)),
                ("code_changed_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("next_read_at", models.DateTimeField(db_index=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="DocsPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=400)),
                ("digest", models.CharField(max_length=64)),
                ("content_type", models.CharField(max_length=63)),
                ("content", models.BinaryField()),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pictures",
                        to="catalog.docssite",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("site", "path"), name="docs_picture_has_one_path")],
            },
        ),
        migrations.CreateModel(
            name="DocsPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=400)),
                ("digest", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=255)),
                ("packed", models.BinaryField()),
                ("html", models.TextField()),
                ("headings", models.JSONField(default=list)),
                ("anchors", models.JSONField(default=list)),
                ("links", models.JSONField(default=list)),
                ("is_dated", models.BooleanField(default=False)),
                ("commit", models.CharField(blank=True, max_length=64)),
                ("changed_at", models.DateTimeField(null=True)),
                ("changed_by", models.CharField(blank=True, max_length=255)),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pages",
                        to="catalog.docssite",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("site", "path"), name="docs_page_has_one_path")],
            },
        ),
        migrations.CreateModel(
            name="DocsFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=400)),
                ("line", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("link", "no such page or file"),
                            ("anchor", "no such heading"),
                            ("picture", "no such picture"),
                            ("refused", "not followed"),
                        ],
                        max_length=15,
                    ),
                ),
                ("target", models.CharField(max_length=500)),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="catalog.docssite",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["site", "path", "line"], name="docs_finding_of_site")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("line__gte", 1)), name="docs_finding_has_a_line")
                ],
            },
        ),
    ]
