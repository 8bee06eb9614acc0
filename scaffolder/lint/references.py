"""What expressions refer to: parameters, steps and their outputs, secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scaffolder import registry
from scaffolder.lint.expressions import Part, Text
from scaffolder.lint.form import drives_conditions
from scaffolder.lint.subject import Subject, did_you_mean, listed, offset_of
from scaffolder.templating import Lookup

ROOTS = frozenset({"parameters", "steps", "secrets", "user", "each", "environment", "context"})
# Of the template language itself.
WORDS = frozenset(
    [
        "always",
        "failure",
        "range",
        "cycler",
        "joiner",
        "loop",
        "caller",
        "super",
        "undefined",
        "true",
        "false",
        "none",
        "null",
        "not",
    ]
)
OBJECTS = frozenset({("parameters",), ("steps",), ("user",), ("user", "entity"), ("environment",), ("context",)})
HYPHENATED = re.compile(r"[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)+")


@dataclass(frozen=True)
class _Found:
    """A look-up, with the text that it stands in."""

    text: Text
    lookup: Lookup

    @property
    def path(self) -> tuple[str | int | None, ...]:
        return self.lookup.path

    def name(self, position: int) -> str | None:
        """Return the part of the path there; None when it is computed or the path is shorter."""
        part = self.path[position] if len(self.path) > position else None
        return part if isinstance(part, str) else None


def check(subject: Subject, found: Iterable[Text]) -> None:
    """Note what is referred to and isn't there, or not yet, or not here."""
    for text in found:
        for lookup in text.lookups():
            _check_lookup(subject, _Found(text, lookup))


def _check_lookup(subject: Subject, found: _Found) -> None:
    match found.path[0]:
        case "parameters":
            _check_parameter(subject, found)
        case "steps":
            _check_step(subject, found)
        case "secrets":
            _check_secret(subject, found)
        case "each":
            _check_each(subject, found)
        case str() as root if root not in ROOTS | WORDS:
            _add(
                subject,
                "L25",
                found,
                f"Nothing is called `{root}` here, so this is empty.",
                did_you_mean(root, ROOTS) or _kept(root),
            )
    if found.lookup.is_printed and not found.text.analysis.is_whole:
        _check_printed(subject, found)


def _kept(root: str) -> str:
    if root == "values":
        return "`values` is there in files of a skeleton only; here it is `parameters`."
    return f"Use {listed(sorted(ROOTS))}, or keep the text as it is with `{{% raw %}}…{{% endraw %}}`."


def used_parameters(found: Iterable[Text]) -> set[str] | None:
    """Return the parameters that are referred to; None when one text takes all of them."""
    used: set[str] = set()
    for text in found:
        for lookup in text.lookups():
            if lookup.path[0] != "parameters":
                continue
            name = lookup.path[1] if len(lookup.path) > 1 else None
            if not isinstance(name, str):
                return None
            used.add(name)
    return used


def check_unused(subject: Subject, used: set[str] | None) -> None:
    """Note parameters that nothing reads; a template with errors is not finished, so there it would only distract."""
    if used is None or subject.has_errors or not subject.has_all_steps:
        return
    conditions = {name for page in subject.pages for name in drives_conditions(page)}
    for found in subject.properties:
        if found.name not in used | conditions and not _is_secret(found.schema):
            subject.add(
                "L24",
                f"No step uses the parameter `{found.name}`.",
                subject.key_at(found.path),
                cure=f"Use it as `${{{{ parameters.{found.name} }}}}`, or take it from the form.",
                found=found.name,
            )


def _is_secret(schema: Mapping[str, Any]) -> bool:
    return schema.get("ui:field") == "Secret" or "const" in schema


def _check_parameter(subject: Subject, found: _Found) -> None:
    name = found.name(1)
    declared = {known.name for known in subject.properties}
    if name is None or name in declared or not subject.has_all_pages:
        return
    whole = _hyphenated(found, 1)
    cure = f"Write `parameters['{whole}']`." if whole in declared else did_you_mean(name, declared)
    _add(
        subject,
        "L23",
        found,
        f"`parameters.{name}` is not a parameter of this template.",
        cure or _declaration(name),
    )


def _declaration(name: str) -> str:
    if name.lower().endswith("repourl"):
        return f"Declare it on a page: `{name}: {{type: string, ui:field: RepoUrlPicker}}`, and require it."
    return f"Declare it under `properties` of a page: `{name}: {{type: string}}`."


def _check_step(subject: Subject, found: _Found) -> None:
    name = found.name(1)
    if name is None or not subject.has_all_steps:
        return
    ids = [step.id for step in subject.steps]
    if name not in ids:
        _add(subject, "L20", found, f"`steps.{name}`: there is no step `{name}`.", _missing_step(subject, found, ids))
        return
    position = ids.index(name)
    here = found.text.step
    if here is not None and here.position <= position:
        when = "reads its own output" if here.position == position else f"runs before `{name}`"
        _add(subject, "L21", found, f"The step `{here.id}` {when}.", f"Move the step `{name}` up, or this one down.")
    else:
        _check_output(subject, found, position)


def _missing_step(subject: Subject, found: _Found, ids: list[str]) -> str:
    whole = _hyphenated(found, 1)
    if whole in ids:
        return f"`-` subtracts here. Write `steps['{whole}']`."
    name = found.name(1) or ""
    near = did_you_mean(name, ids)
    if near:
        return near
    output = found.name(3)
    actions = [info for info in registry.all().values() if output and output in _outputs(info.output_schema)]
    giving = next((step for step in subject.steps if step.action in {info.id for info in actions}), None)
    if giving is not None:
        return f"The step `{giving.id}` gives `{output}`: write `steps['{giving.id}']`."
    if actions:
        action = next((info.id for info in actions if info.id.startswith(f"{name}:")), actions[0].id)
        return f"Add a step before this one, `id: {name}` with `action: {action}`, which gives `{output}`."
    return f"Add a step with `id: {name}` before this one, or refer to {listed(ids)}."


def _check_output(subject: Subject, found: _Found, position: int) -> None:
    step = subject.steps[position]
    if found.name(2) is None:
        return
    if found.name(2) != "output":
        _add(
            subject,
            "L22",
            found,
            f"A step has no `{found.name(2)}`, only `output`.",
            f"Write `steps['{step.id}'].output.{found.name(2)}`.",
        )
        return
    info = registry.find(step.action)
    name = found.name(3)
    if info is None or name is None or "each" in step.written:
        return
    known = _outputs(info.output_schema)
    if name not in known and not info.output_schema.get("additionalProperties"):
        gives = f"It gives {listed(known)}." if known else "It gives none."
        _add(
            subject,
            "L22",
            found,
            f"The action {step.action} of the step `{step.id}` has no output `{name}`.",
            did_you_mean(name, known) or gives,
        )


def _outputs(schema: Mapping[str, Any]) -> list[str]:
    return list(schema.get("properties", {}))


def _check_secret(subject: Subject, found: _Found) -> None:
    step = found.text.step
    if found.text.part in (Part.INPUT, Part.EACH) or (step is not None and "each" in step.written):
        return
    where = "a condition" if found.text.part is Part.CONDITION else "`output`"
    _add(subject, "L27", found, f"Secrets are not there in {where}, so this is empty.", "Use it in a step's `input`.")


def _check_each(subject: Subject, found: _Found) -> None:
    step = found.text.step
    if found.text.part is Part.EACH or step is None or "each" not in step.written:
        _add(
            subject,
            "L26",
            found,
            "`each` is there only in a step that repeats, so this is empty.",
            "Give the step an `each:` with a list or a map.",
        )


def _check_printed(subject: Subject, found: _Found) -> None:
    written = ".".join(str(part) for part in found.path)
    if found.path in OBJECTS or _declared_type(subject, found) == "object":
        _add(
            subject,
            "L29",
            found,
            f"`{written}` is an object; in a text it becomes `[object Object]`.",
            f"Write `{written} | dump`, or name one of its fields.",
        )


def _declared_type(subject: Subject, found: _Found) -> object:
    """Return the JSON type of what is printed, where a schema tells it."""
    schema: Any = {}
    name = found.name(1)
    if found.path[0] == "parameters":
        schema = next((known.schema for known in subject.properties if known.name == name), {})
        rest = found.path[2:]
    elif found.path[0] == "steps" and len(found.path) > 2:
        step = next((step for step in subject.steps if step.id == name and "each" not in step.written), None)
        info = registry.find(step.action) if step else None
        schema, rest = (info.output_schema, found.path[3:]) if info else ({}, ())
    else:
        return None
    for part in rest:
        properties = schema.get("properties") if isinstance(schema, Mapping) else None
        schema = properties.get(part) if isinstance(properties, Mapping) else None
    return schema.get("type") if isinstance(schema, Mapping) else None


def _hyphenated(found: _Found, position: int) -> str:
    """Return the whole word where a hyphen made two of it: `fetch-base` of `steps.fetch-base.output`."""
    offset = offset_of(found.text.source, found.lookup.line, found.lookup.column)
    written = ".".join(str(part) for part in found.path[:position])
    rest = found.text.source[offset + len(written) + 1 :]
    word = HYPHENATED.match(rest)
    return word[0] if word else ""


def _add(subject: Subject, rule: str, found: _Found, message: str, cure: str) -> None:
    place = subject.place_in(found.text.path, found.text.source, found.lookup.line, found.lookup.column)
    written = ".".join("…" if part is None else str(part) for part in found.path)
    subject.add(rule, message, place, cure=cure, found=written)
