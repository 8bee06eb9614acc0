"""Sort and compare texts by their code points on PostgreSQL too, so that both databases give one order."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

COLUMNS = [
    ("catalog_entity", "ref", "varchar(191)"),
    ("catalog_entity", "kind", "varchar(63)"),
    ("catalog_entity", "namespace", "varchar(63)"),
    ("catalog_entity", "name", "varchar(63)"),
    ("catalog_entity", "sort_key", "varchar(255)"),
    ("catalog_entity", "type", "varchar(255)"),
    ("catalog_entity", "lifecycle", "varchar(255)"),
    ("catalog_facet", "value", "varchar(200)"),
    ("catalog_facetkey", "key", "varchar(200)"),
    ("catalog_relation", "source_ref", "varchar(191)"),
    ("catalog_relation", "target_ref", "varchar(191)"),
    ("catalog_sourcefile", "path", "varchar(2048)"),
]


def collate(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column, kind in COLUMNS:
        schema_editor.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind} COLLATE "C"')


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunPython(collate, migrations.RunPython.noop)]
