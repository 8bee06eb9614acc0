"""Count the values of a field in the order of an index, while the portal goes on being read."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Index

BY_VALUE = Index(fields=["key", "value", "original", "entity"], name="facet_by_value")
BEFORE = Index(fields=["key", "value", "entity", "original"], name="facet_search")


def _add(index: Index, apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add an index; PostgreSQL builds it beside the writers, for the table may have millions of rows."""
    statement = index.create_sql(apps.get_model("catalog", "Facet"), schema_editor, **_online(schema_editor))
    schema_editor.execute(statement)


def _remove(index: Index, apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(index.remove_sql(apps.get_model("catalog", "Facet"), schema_editor, **_online(schema_editor)))


def _online(schema_editor: BaseDatabaseSchemaEditor) -> dict[str, Any]:
    return {"concurrently": True} if schema_editor.connection.vendor == "postgresql" else {}


def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _add(BY_VALUE, apps, schema_editor)
    _remove(BEFORE, apps, schema_editor)


def backwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _add(BEFORE, apps, schema_editor)
    _remove(BY_VALUE, apps, schema_editor)


class Migration(migrations.Migration):
    # PostgreSQL builds no index beside writers within a transaction.
    atomic = False
    dependencies = [("catalog", "0009_apis")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(forwards, backwards)],
            state_operations=[
                migrations.RemoveIndex(model_name="facet", name="facet_search"),
                migrations.AddIndex(
                    model_name="facet",
                    index=models.Index(fields=["key", "value", "original", "entity"], name="facet_by_value"),
                ),
            ],
        )
    ]
