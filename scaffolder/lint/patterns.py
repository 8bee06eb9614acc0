"""The patterns of parameters: readable, harmless, whole, and no hyphen at the front of a name."""

from __future__ import annotations

import re
from typing import Any

import jsonschema_rs

from scaffolder.lint import ambiguity, regex
from scaffolder.lint.subject import Path, Subject

# One class that is repeated, such as ^[a-z0-9-]+$: the usual shape of a pattern of names, whose cure can be written.
ONE_CLASS = re.compile(r"\^\[(?P<signs>[^\[\]^\\]+)\][+*]\$")
LONGEST_TRIED = 12


def check(subject: Subject, path: Path, pattern: str) -> None:
    """Note what is wrong with the pattern at `path`."""
    place = subject.value_at(path)
    engine = compiled(pattern)
    if engine is None:
        subject.add(
            "L34",
            f"The pattern `{pattern}` cannot be checked in linear time.",
            place,
            cure="Leave out look-ahead, look-behind and back-references, and close each bracket.",
            found=pattern,
        )
        return
    try:
        tree = regex.parse(pattern)
    except regex.Unreadable:
        return
    if ambiguity.is_exponential(pattern):
        subject.add(
            "L33",
            f"The pattern `{pattern}` can be read in many ways: on a long text a browser or Backstage hangs.",
            place,
            cure="Repeat only what begins with a sign of its own, as in `^a+(-a+)*$`; not `(a+)+`.",
            found=pattern,
        )
        return
    if not regex.is_anchored(tree):
        subject.add(
            "L32",
            f"The pattern `{pattern}` is looked for anywhere in the text, so it lets anything through around it.",
            place,
            cure=f"Write `{_anchored(pattern)}`.",
            found=pattern,
        )
    if _takes_hyphen_first(engine):
        subject.add(
            "L31",
            f"The pattern `{pattern}` takes a name that begins with a hyphen, such as `-a`: "
            "hosts refuse it, and commands read it as an option.",
            place,
            cure=f"Write `{_without_hyphen(pattern)}`."
            if _without_hyphen(pattern)
            else "Begin with a letter or digit.",
            found=pattern,
        )


def compiled(pattern: str) -> Any:
    """Return a validator of texts that match, by an engine of linear time; None when it cannot read the pattern."""
    try:
        return jsonschema_rs.Draft202012Validator(
            {"type": "string", "pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions()
        )
    except (jsonschema_rs.ValidationError, ValueError):
        return None


def _takes_hyphen_first(engine: Any) -> bool:
    """Tell whether this is a pattern of names, with no blank or slash in them, that may begin with a hyphen."""
    for sign in "a0A":
        for length in range(2, LONGEST_TRIED):
            name = sign * length
            if engine.is_valid(name) and engine.is_valid(f"-{name[1:]}"):
                return not any(engine.is_valid(f"{name[:-1]}{other}") for other in " /:!")
    return False


def _anchored(pattern: str) -> str:
    whole = f"({pattern})" if "|" in pattern else pattern
    return f"{'' if whole.startswith('^') else '^'}{whole}{'' if whole.endswith('$') else '$'}"


def _without_hyphen(pattern: str) -> str:
    """Return the pattern with letters or digits at both ends; empty when its shape is another."""
    found = ONE_CLASS.fullmatch(pattern)
    if found is None or "-" not in (found["signs"][0], found["signs"][-1]):
        return ""
    signs = found["signs"]
    ends = signs.strip("-_.") or "a-z0-9"
    return f"^[{ends}]([{signs}]*[{ends}])?$"
