"""Indexes that PostgreSQL builds and drops beside the writers, for their tables may have millions of rows.

A migration that uses them is not atomic: PostgreSQL does this in no transaction. SQLite, which has one writer, does it
as always.
"""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState
from django.db.models import Index, Model


class AddIndexOnline(migrations.AddIndex):
    """Django's AddIndex, without a lock on the table."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        _add(to_state.apps.get_model(app_label, self.model_name), self.index, schema_editor)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        _remove(from_state.apps.get_model(app_label, self.model_name), self.index, schema_editor)


class RemoveIndexOnline(migrations.RemoveIndex):
    """Django's RemoveIndex, without a lock on the table."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        before = from_state.models[app_label, self.model_name_lower]
        model = from_state.apps.get_model(app_label, self.model_name)
        _remove(model, before.get_index_by_name(self.name), schema_editor)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        after = to_state.models[app_label, self.model_name_lower]
        _add(to_state.apps.get_model(app_label, self.model_name), after.get_index_by_name(self.name), schema_editor)


def _add(model: type[Model], index: Index, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(index.create_sql(model, schema_editor, **_options(schema_editor)))


def _remove(model: type[Model], index: Index, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(index.remove_sql(model, schema_editor, **_options(schema_editor)))


def _options(schema_editor: BaseDatabaseSchemaEditor) -> dict[str, Any]:
    return {"concurrently": True} if schema_editor.connection.vendor == "postgresql" else {}
