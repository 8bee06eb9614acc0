"""The tables of the search, and what is in the catalog already put into them."""

from itertools import islice

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 5_000
COLUMNS = [
    ("catalog_searchentry", "key", "varchar(512)"),
    ("catalog_searchentry", "name_key", "varchar(255)"),
    ("catalog_searchentry", "title_key", "varchar(255)"),
    ("catalog_searchword", "word", "varchar(32)"),
    ("catalog_searchtrigram", "trigram", "varchar(3)"),
    ("catalog_searchtrigram", "word", "varchar(32)"),
    ("catalog_fruitlessterm", "term", "varchar(100)"),
]
# The texts stand in the entries: neither index keeps them again. No positions either; phrases are looked up in the texts.
# The words are cut by us, with blanks between them, so that neither engine's own idea of a word has a say.
SQLITE = """CREATE VIRTUAL TABLE catalog_searchindex USING
    fts5(words, content='', columnsize=0, detail=none, tokenize='ascii')"""
POSTGRESQL = [
    "CREATE TABLE catalog_searchindex (rowid bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX catalog_searchindex_words ON catalog_searchindex USING gin (words)",
]


def create_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        schema_editor.execute(SQLITE)
        return
    for statement in POSTGRESQL:
        schema_editor.execute(statement)
    for table, column, kind in COLUMNS:
        schema_editor.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind} COLLATE "C"')


def drop_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP TABLE catalog_searchindex")


def index_entities(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put the stored entities in, as `catalog.search.index.stored` does with those that come."""
    from catalog.search import entity_entries, index, rows, vocabulary
    from catalog.storage import bulk

    entries = apps.get_model("catalog", "SearchEntry")
    # A later version may know of columns that are not there yet.
    known = {field.name for field in entries._meta.get_fields()}
    places = [(place, name) for place, name in enumerate(rows.FIELDS) if name in known]
    everything = entity_entries.everything(apps.get_model("catalog", "Entity"))
    while batch := list(islice(everything, BATCH)):
        made = [rows.row(entry) for entry in batch]
        numbered = list(zip(bulk.reserve_ids(entries, len(made)), made, strict=True))
        stored = [(number, *(row[place] for place, _ in places)) for number, row in numbered]
        bulk.insert(entries, ("id", *(name for _, name in places)), stored)
        index.take_in(numbered)
        vocabulary.add(word for row in made for word in rows.words_of_names(row))


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_history")]

    operations = [
        migrations.CreateModel(
            name="FruitlessTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("term", models.CharField(max_length=100, unique=True)),
                ("count", models.PositiveIntegerField(default=1)),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "term without a result",
                "ordering": ["-count", "term"],
                "indexes": [models.Index(fields=["last_at"], name="fruitless_by_age")],
            },
        ),
        migrations.CreateModel(
            name="SearchTrigram",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trigram", models.CharField(max_length=3)),
                ("word", models.CharField(max_length=32)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["trigram", "word"], name="trigram_of_a_word_is_there_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=32, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type", models.CharField(max_length=31)),
                ("key", models.CharField(max_length=512)),
                ("kind", models.CharField(blank=True, max_length=63)),
                ("spec_type", models.CharField(blank=True, max_length=255)),
                (
                    "entity",
                    models.ForeignKey(
                        db_column="entity_ref",
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="search_entries",
                        to="catalog.entity",
                        to_field="ref",
                    ),
                ),
                ("owner_ref", models.CharField(blank=True, max_length=191)),
                ("person_ref", models.CharField(blank=True, max_length=191)),
                ("name", models.CharField(blank=True, max_length=255)),
                ("title", models.CharField(max_length=255)),
                ("url", models.CharField(blank=True, max_length=2048)),
                ("precedence", models.SmallIntegerField(default=0)),
                ("name_key", models.CharField(blank=True, max_length=255)),
                ("title_key", models.CharField(blank=True, max_length=255)),
                ("name_words", models.TextField(blank=True)),
                ("title_words", models.TextField(blank=True)),
                ("tag_words", models.TextField(blank=True)),
                ("tags", models.TextField(blank=True)),
                ("text_words", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name_key"], name="search_by_name"),
                    models.Index(fields=["title_key"], name="search_by_title"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["key", "type"], name="search_entry_is_there_once"),
                    models.CheckConstraint(condition=~models.Q(key=""), name="search_entry_has_a_key"),
                ],
            },
        ),
        migrations.RunPython(create_index, drop_index),
        migrations.RunPython(index_entities, migrations.RunPython.noop),
    ]
