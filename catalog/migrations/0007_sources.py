from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_kinds")]
    operations = [
        migrations.AddField(
            model_name="location",
            name="failing_since",
            field=models.DateTimeField(null=True, verbose_name="fails since"),
        ),
        migrations.AddField(model_name="location", name="memory", field=models.JSONField(blank=True, null=True)),
        migrations.AddField(model_name="location", name="options", field=models.JSONField(blank=True, null=True)),
        migrations.AddField(
            model_name="location",
            name="repository",
            field=models.CharField(blank=True, db_default="", db_index=True, default="", max_length=400),
        ),
        migrations.AlterField(
            model_name="location",
            name="origin",
            field=models.CharField(
                choices=[
                    ("configuration", "waymark.yaml"),
                    ("command", "manage.py ingest"),
                    ("registered", "registered"),
                    ("location", "a Location entity"),
                    ("orphan", "nothing any more"),
                ],
                max_length=15,
                verbose_name="came from",
            ),
        ),
        migrations.AlterField(
            model_name="location",
            name="type",
            field=models.CharField(
                choices=[
                    ("file", "file or folder"),
                    ("url", "address"),
                    ("admin", "this portal's admin"),
                    ("github", "GitHub discovery"),
                    ("github-org", "GitHub organization"),
                ],
                max_length=15,
                verbose_name="type",
            ),
        ),
        migrations.AddField(
            model_name="descriptor",
            name="attributed_ref",
            field=models.CharField(blank=True, db_default="", default="", max_length=191),
        ),
        migrations.AddField(
            model_name="descriptor",
            name="attributed_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=255),
        ),
        migrations.AddField(
            model_name="descriptor",
            name="attributed_for",
            field=models.CharField(blank=True, db_default="", default="", max_length=191),
        ),
        migrations.AddField(model_name="descriptor", name="attributed_at", field=models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="CodeOwners",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("repository", models.CharField(max_length=400, unique=True)),
                ("path", models.CharField(blank=True, max_length=31)),
                ("text", models.TextField(blank=True)),
                ("etag", models.CharField(blank=True, max_length=255)),
                ("read_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True)),
            ],
        ),
    ]
