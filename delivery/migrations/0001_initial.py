from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(choices=[("github", "GitHub")], max_length=31, verbose_name="source")),
                ("delivery_id", models.CharField(max_length=100, verbose_name="delivery id")),
                ("host", models.CharField(max_length=255, verbose_name="host")),
                ("event", models.CharField(max_length=63, verbose_name="event")),
                ("action", models.CharField(blank=True, max_length=63, verbose_name="action")),
                ("repository", models.CharField(blank=True, max_length=255, verbose_name="repository")),
                ("subject", models.CharField(blank=True, max_length=255, verbose_name="about")),
                ("headers", models.JSONField(default=dict, verbose_name="headers")),
                ("body", models.BinaryField()),
                ("received_at", models.DateTimeField(auto_now_add=True, verbose_name="received")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("done", "done"), ("parked", "set aside")],
                        default="waiting",
                        max_length=15,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("leased_until", models.DateTimeField(null=True)),
                ("not_before", models.DateTimeField(null=True, verbose_name="next try")),
                ("error", models.TextField(blank=True, verbose_name="error")),
                ("outcome", models.TextField(blank=True, verbose_name="outcome")),
                ("processed_at", models.DateTimeField(null=True, verbose_name="processed")),
            ],
            options={
                "verbose_name": "webhook delivery",
                "verbose_name_plural": "webhook deliveries",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["host", "repository"], name="delivery_waiting"
                    ),
                    models.Index(fields=["processed_at"], name="delivery_processed"),
                    models.Index(fields=["-received_at"], name="delivery_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "delivery_id"), name="delivery_is_stored_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state", "waiting"), ("processed_at__isnull", False), _connector="OR"),
                        name="delivery_that_ended_says_when",
                    ),
                ],
            },
        ),
    ]
