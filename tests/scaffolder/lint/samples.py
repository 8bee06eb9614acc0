"""Templates for lint, made of a sound one by changing a part."""

from catalog.problems import Problem
from scaffolder import lint

HEAD = """apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: path
spec:
  type: service
"""
PAGE = """  parameters:
    - title: Service
      required: [name]
      properties:
        name: {type: string, pattern: '^[a-z]([a-z0-9-]*[a-z0-9])?$'}
"""
STEPS = """  steps:
    - id: say
      action: debug:log
      input: {message: "Hello ${{ parameters.name }}"}
"""


def template(*, page: str = PAGE, steps: str = STEPS, rest: str = "") -> str:
    return HEAD + page + steps + rest


def steps_of(*steps: str) -> str:
    """Return a list of steps, each a YAML map on one line, and the first one that says hello."""
    return STEPS + "".join(f"    - {step}\n" for step in steps)


def page_of(*properties: str) -> str:
    """Return the page with more properties, each as `name: {…}`."""
    return PAGE + "".join(f"        {written}\n" for written in properties)


def found(text: str, rule: str = "", *, tree: dict[str, bytes] | None = None) -> list[Problem]:
    """Return the problems of a text, those of one rule when it is named."""
    return [problem for problem in lint.check(text, tree=tree) if rule in ("", problem.rule)]


def rules(text: str) -> list[str]:
    return [problem.rule for problem in found(text)]


def marked(text: str, problem: Problem) -> str:
    """Return what stands where a problem points at, to the end of the line."""
    return text.splitlines()[problem.line - 1][problem.column - 1 :]
