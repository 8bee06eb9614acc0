"""`waymark.yaml`: read, variables filled in, checked by a JSON Schema, defaults added.

`${VAR}` becomes an environment variable and `${file:PATH}` what a file holds; `$${` is a literal `${`.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import jsonschema_rs
from django.core.exceptions import ImproperlyConfigured

from catalog import documents

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parent / "waymark.schema.json").read_text(encoding="utf-8"))
VARIABLE = re.compile(r"\$\$\{|\$\{(file:)?([^}]+)\}", re.ASCII)


def load(path: Path | None, *, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return the configuration at `path`, or the defaults when there is none.

    Raises:
        ImproperlyConfigured: with one line for each mistake: file, line, the key's path, what was expected.
    """
    if path is None:
        return with_defaults({}, SCHEMA)
    try:
        source = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ImproperlyConfigured(f"WAYMARK_CONFIG names {path}, which cannot be read: {error.strerror}.") from error
    document = documents.load_one(source)
    if document.problems:
        raise ImproperlyConfigured("\n".join(f"{path}:{p.line}:{p.column}: {p.message}" for p in document.problems))
    value = substitute(document.value or {}, environ=environ, key="")
    mistakes = [
        f"{path}:{':'.join(map(str, document.positions.key(tuple(error.instance_path))))}: "
        f"{'.'.join(map(str, error.instance_path)) or 'the file'}: {error.message}"
        for error in jsonschema_rs.Draft202012Validator(SCHEMA).iter_errors(value)
    ]
    if mistakes:
        raise ImproperlyConfigured("\n".join(mistakes))
    return with_defaults(cast("dict[str, Any]", value), SCHEMA)


def substitute(value: object, *, environ: Mapping[str, str], key: str) -> object:
    """Return `value` with each `${…}` in its texts filled in."""
    if isinstance(value, dict):
        return {k: substitute(v, environ=environ, key=f"{key}.{k}".lstrip(".")) for k, v in value.items()}
    if isinstance(value, list):
        return [substitute(v, environ=environ, key=f"{key}[{i}]") for i, v in enumerate(value)]
    if isinstance(value, str):
        return VARIABLE.sub(lambda match: _filled(match, environ, key), value)
    return value


def _filled(match: re.Match[str], environ: Mapping[str, str], key: str) -> str:
    if match[0] == "$${":
        return "${"
    name = match[2]
    if match[1]:
        try:
            return Path(name).read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise ImproperlyConfigured(f"{key}: the file {name} cannot be read: {error.strerror}.") from error
    if name not in environ:
        raise ImproperlyConfigured(f"{key}: the environment variable {name} is not set.")
    return environ[name]


def with_defaults(value: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return `value` with each missing key that has a `default` in `schema`, at every depth of objects."""
    filled = dict(value)
    for name, part in schema.get("properties", {}).items():
        if name not in filled and "default" in part:
            filled[name] = json.loads(json.dumps(part["default"]))
        if isinstance(filled.get(name), dict):
            filled[name] = with_defaults(filled[name], part)
        elif isinstance(filled.get(name), list) and "properties" in part.get("items", {}):
            filled[name] = [
                with_defaults(item, part["items"]) if isinstance(item, dict) else item for item in filled[name]
            ]
    return filled
