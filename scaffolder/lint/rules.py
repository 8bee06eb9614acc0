"""The rules of lint, by ids that stay: a script or a bookmark may name them.

What all entities have in common keeps the catalog's ids, C01 to C12.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalog.problems import Severity


@dataclass(frozen=True)
class Rule:
    """What lint looks for, in a few words, and how bad it is."""

    id: str
    title: str
    severity: Severity = "error"


_ALL = (
    Rule("L01", "The YAML can be read"),
    Rule("L02", "It is a template of scaffolder.backstage.io/v1beta3"),
    Rule("L03", "Each field is of the type that a template wants"),
    Rule("L05", "A key that is not text becomes text", "warning"),
    Rule("L10", "Each step's action is there"),
    Rule("L11", "Backstage knows the action as well", "warning"),
    Rule("L12", "Each step gives what its action needs"),
    Rule("L13", "Each step gives only what its action takes"),
    Rule("L14", "Each step has its own id"),
    Rule("L20", "A step that is referred to is there"),
    Rule("L21", "A step is referred to after it has run"),
    Rule("L22", "A step gives the output that is referred to"),
    Rule("L23", "A parameter that is referred to is declared"),
    Rule("L24", "A declared parameter is used", "warning"),
    Rule("L25", "A name in an expression means something"),
    Rule("L26", "`each` stands in steps that repeat"),
    Rule("L27", "Secrets stand in the input of steps only"),
    Rule("L28", "Each expression can be read"),
    Rule("L29", "An object is not printed as text", "warning"),
    Rule("L30", "The form asks for what the steps need", "warning"),
    Rule("L31", "A name does not begin with a hyphen", "warning"),
    Rule("L32", "A pattern holds for the whole text", "warning"),
    Rule("L33", "A pattern cannot take for ever"),
    Rule("L34", "A pattern can be read by an engine of linear time"),
    Rule("L35", "A schema refers to nothing outside the template"),
    Rule("L36", "A field of the form is there", "warning"),
    Rule("L37", "Each page of the form is a JSON Schema"),
    Rule("L40", "The skeleton is there"),
    Rule("L41", "Expressions of GitHub workflows survive the rendering"),
    Rule("L42", "A step gives the values that its skeleton uses", "warning"),
    Rule("L43", "Each expression of the skeleton can be read"),
    Rule("L50", "Backstage 4.0.3 and later can run it", "warning"),
    Rule("L51", "Keys are not rendered", "warning"),
    Rule("L60", "Each test of the template passes"),
)
RULES: Final = {rule.id: rule for rule in _ALL}
# What the form or its check could be attacked by: such a text is not taken over, wherever it comes from.
UNSAFE: Final = frozenset({"L33", "L34", "L35"})
# Only a hint for whoever takes the template to Backstage; here it runs as well as any.
PORTABILITY: Final = frozenset({"L11", "L50"})
