"""Tables for what the catalog looked like before; each entity that is there begins with what it is now."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 1_000
COLUMNS = [
    ("catalog_entityrevision", "ref", "varchar(191)"),
    ("catalog_entityrevision", "kind", "varchar(63)"),
    ("catalog_entityrevision", "sort_key", "varchar(255)"),
    ("catalog_ownershipspan", "ref", "varchar(191)"),
]
COPIED = ("ref", "uid", "kind", "namespace", "name", "title", "type", "lifecycle", "owner_ref", "sort_key")


def collate(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Compare texts by their code points on PostgreSQL too, as in the tables that are there."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column, kind in COLUMNS:
        schema_editor.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind} COLLATE "C"')


def begin(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each entity its first revision, from when it came into the catalog on."""
    revision = apps.get_model("catalog", "EntityRevision")
    span = apps.get_model("catalog", "OwnershipSpan")
    for batch in _batches(apps.get_model("catalog", "Entity")):
        revision.objects.bulk_create([_revision(revision, row) for row in batch])
        owned = [row for row in batch if row["owner_ref"]]
        span.objects.bulk_create(
            [span(ref=row["ref"], owner_ref=row["owner_ref"], started_at=row["created_at"]) for row in owned]
        )


def _batches(entity: Any) -> Iterator[list[dict[str, Any]]]:
    place = ("created_at", "descriptor__file__path", "descriptor__line", "location__commit")
    # In the order of time, which is the order of revisions from here on.
    rows = entity.objects.order_by("created_at", "pk").values(*COPIED, *place).iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _revision(revision: Any, row: dict[str, Any]) -> Any:
    return revision(
        **{name: row[name] for name in COPIED},
        event="added",
        cause="upgrade",
        path=row["descriptor__file__path"] or "",
        line=row["descriptor__line"] or 0,
        commit=row["location__commit"],
        started_at=row["created_at"],
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_collation")]

    operations = [
        migrations.CreateModel(
            name="EntityRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(max_length=191)),
                ("uid", models.UUIDField()),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("added", "Added"),
                            ("changed", "Changed"),
                            ("removed", "Removed"),
                            ("returned", "Came back"),
                            ("renamed", "Renamed"),
                        ],
                        max_length=15,
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("read", "read again"),
                            ("refreshed", "refreshed by hand"),
                            ("registered", "registered"),
                            ("pushed", "pushed"),
                            ("command", "manage.py ingest"),
                            ("configured", "waymark.yaml"),
                            ("unregistered", "unregistered"),
                            ("deleted", "deleted"),
                            ("let_back", "let back in"),
                            ("orphaned", "its place stayed away"),
                            ("renamed", "renamed"),
                            ("upgrade", "the history begins"),
                        ],
                        max_length=15,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=255)),
                ("actor_ref", models.CharField(blank=True, max_length=191)),
                ("other_ref", models.CharField(blank=True, max_length=191)),
                ("path", models.CharField(blank=True, max_length=2048)),
                ("line", models.PositiveIntegerField(default=0)),
                ("commit", models.CharField(blank=True, max_length=64)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("kind", models.CharField(max_length=63)),
                ("namespace", models.CharField(max_length=63)),
                ("name", models.CharField(max_length=63)),
                ("title", models.CharField(max_length=255)),
                ("type", models.CharField(blank=True, max_length=255)),
                ("lifecycle", models.CharField(blank=True, max_length=255)),
                ("owner_ref", models.CharField(blank=True, max_length=191)),
                ("sort_key", models.CharField(max_length=255)),
                ("packed", models.BinaryField(default=b"")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["ref", "started_at"], name="revision_of_ref"),
                    models.Index(fields=["kind", "sort_key", "ref", "started_at", "ended_at"], name="revision_list"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ref",), condition=models.Q(("ended_at", None)), name="entity_has_one_open_revision"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("started_at")), _connector="OR"
                        ),
                        name="revision_ends_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnershipSpan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(max_length=191)),
                ("owner_ref", models.CharField(max_length=191)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["ref", "started_at"], name="ownership_of_ref")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ref",), condition=models.Q(("ended_at", None)), name="entity_has_one_owner_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gt", models.F("started_at")), _connector="OR"
                        ),
                        name="ownership_ends_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="entity",
            name="orphaned_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="tombstone",
            name="is_kept_away",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="tombstone",
            name="kept_away_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=191),
        ),
        migrations.AddIndex(
            model_name="tombstone",
            index=models.Index(condition=models.Q(("is_kept_away", True)), fields=["ref"], name="tombstone_kept_away"),
        ),
        migrations.RunPython(collate, migrations.RunPython.noop),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
