"""Writes many rows in one statement: COPY on PostgreSQL, `executemany` on SQLite.

Django's `bulk_create` builds an object and a piece of SQL for each row, which costs more than storing it does. A first
ingest writes thirty rows for an entity, so they go to the database as plain tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

T = TypeVar("T")
Row = tuple[Any, ...]
# Parameters of one statement; SQLite's builds take 999 at the least.
CHUNK = 900


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Yield `items` in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def reserve_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Return primary keys for `count` new rows, so that rows which name them can be written in the same go.

    Call it inside the transaction that writes the rows.
    """
    if not count:
        return range(0)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(sequence, [table, count])
            return [row[0] for row in cursor.fetchall()]
        # AUTOINCREMENT remembers the highest key ever given, which may be higher than the highest there is.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        start = (found[0] if found else 0) + 1
    return range(start, start + count)


def insert(model: type[models.Model], fields: Sequence[str], rows: Collection[Row]) -> None:
    """Add `rows`, whose values are in the order of `fields`."""
    if not rows:
        return
    columns = [_column(model, name) for name in fields]
    names = ", ".join(_quoted(column.column) for column in columns)
    prepared = _prepared(columns, rows)
    table = _quoted(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in prepared:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(prepared))  # noqa: S608 — our own names


def update(model: type[models.Model], fields: Sequence[str], rows: Collection[Row]) -> None:
    """Write `rows`: values in the order of `fields`, and the primary key last."""
    if not rows:
        return
    columns = [_column(model, name) for name in (*fields, "id")]
    sets = ", ".join(f"{_quoted(column.column)} = %s" for column in columns[:-1])
    statement = f"UPDATE {_quoted(model._meta.db_table)} SET {sets} WHERE id = %s"  # noqa: S608 — our own names
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(_prepared(columns, rows)))


def delete(model: type[models.Model], values: Collection[int], *, column: str = "id") -> None:
    """Remove the rows whose `column` is one of `values`, without asking what refers to them."""
    table, name = _quoted(model._meta.db_table), _quoted(_column(model, column).column)
    with connection.cursor() as cursor:
        for chunk in chunks(values):
            marks = ", ".join(["%s"] * len(chunk))
            cursor.execute(f"DELETE FROM {table} WHERE {name} IN ({marks})", chunk)  # noqa: S608 — our own names


def _prepared(columns: Sequence[Any], rows: Iterable[Row]) -> Iterable[Row]:
    """Return `rows` with the values that the database keeps in another form put into that form."""
    adapters = [(index, adapter) for index, column in enumerate(columns) if (adapter := _adapter(column))]
    return [_adapted(list(row), adapters) for row in rows] if adapters else rows


def _adapted(row: list[Any], adapters: list[tuple[int, Callable[[Any], Any]]]) -> Row:
    for index, adapter in adapters:
        row[index] = adapter(row[index])
    return tuple(row)


def _adapter(column: Any) -> Callable[[Any], Any] | None:
    """Return what puts values of `column` into the database's form; None where they are in it already."""
    plain = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)
    if isinstance(column, plain):
        return None
    if isinstance(column, models.UUIDField):
        return None if connection.features.has_native_uuid_field else _hex
    if isinstance(column, models.DateTimeField):
        # All rows of a writing have the same few instants.
        return cache(lambda value: column.get_db_prep_save(value, connection))
    return lambda value: column.get_db_prep_save(value, connection)


def _hex(value: UUID) -> str:
    return value.hex


def _column(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
