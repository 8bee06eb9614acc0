"""Writes JSON Schemas for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog import custom_kinds
from catalog.descriptor import kinds, schemas
from portal import config


class Command(BaseCommand):
    help = (
        "Writes JSON Schemas into a folder: of each kind of entities (Component.schema.json), of all of them "
        "(catalog-info.schema.json), and of waymark.yaml. Editors complete and check files by them. "
        "Exit code: 0 fine, 2 the folder cannot be written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="DIR", help="folder for the files; made if it is not there")

    def handle(self, *args: Any, **options: Any) -> None:
        custom_kinds.refresh()
        known = kinds.every()
        files = {schemas.file_name(kind): schemas.of_kind(kind) for kind in known}
        files["catalog-info.schema.json"] = schemas.of_all(known)
        files["waymark.schema.json"] = config.SCHEMA
        folder = Path(options["directory"])
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, schema in files.items():
                text = json.dumps(schema, indent=2, ensure_ascii=False)
                (folder / name).write_text(f"{text}\n", encoding="utf-8")
                self.stdout.write(str(folder / name))
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror}.", returncode=2) from error
