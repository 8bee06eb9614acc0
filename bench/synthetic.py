"""A synthetic company of any size: `generate(10_000, folder)` writes 16,750 entities in plausible proportions.

For each 1,000 components there are 400 APIs, 150 resources, 40 systems, 5 domains, 20 groups and 60 users. The same
number gives the same files, byte for byte.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

# Of each thousand components.
SHARES = {"apis": 400, "resources": 150, "systems": 40, "domains": 5, "groups": 20, "users": 60}
DOCUMENTS_PER_FILE = 50
LANGUAGES = ("java", "go", "python", "typescript", "kotlin", "rust")
TOPICS = ("orders", "payments", "search", "stock", "shipping", "pricing", "reviews", "accounts")
LIFECYCLES = ("production", "production", "production", "experimental", "deprecated")
TYPES = ("service", "service", "service", "website", "library")
RESOURCES = ("database", "s3-bucket", "queue", "cache")


class Company:
    """What the entities of one generated catalog are drawn from."""

    def __init__(self, components: int) -> None:
        self.components = components
        self.counts = {name: max(1, components * share // 1_000) for name, share in SHARES.items()}
        self.random = random.Random(components)

    def any_of(self, what: str) -> int:
        return self.random.randrange(self.counts[what])

    def component(self, number: int) -> str:
        draw = self.random
        topic, language = draw.choice(TOPICS), draw.choice(LANGUAGES)
        provides = f"  providesApis:\n    - api-{number % self.counts['apis']}\n" if draw.random() < 0.4 else ""
        consumes = "".join(f"    - api-{self.any_of('apis')}\n" for _ in range(draw.randrange(3)))
        consumes = f"  consumesApis:\n{consumes}" if consumes else ""
        return f"""apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: component-{number}
  title: {topic.title()} {number}
  description: Keeps the {topic} of market {number % 97} and tells the others when they change.
  labels:
    example.com/tier: "{draw.randrange(4)}"
  annotations:
    github.com/project-slug: acme/component-{number}
    backstage.io/techdocs-ref: dir:.
  tags:
    - {language}
    - {topic}
  links:
    - url: https://dashboards.example.com/d/{number}
      title: Dashboard
spec:
  type: {draw.choice(TYPES)}
  lifecycle: {draw.choice(LIFECYCLES)}
  owner: group-{self.any_of("groups")}
  system: system-{self.any_of("systems")}
{provides}{consumes}  dependsOn:
    - resource:default/resource-{self.any_of("resources")}
    - component:component-{draw.randrange(self.components)}
"""

    def api(self, number: int) -> str:
        return f"""apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: api-{number}
  description: The interface number {number}.
  tags:
    - {self.random.choice(TOPICS)}
spec:
  type: openapi
  lifecycle: {self.random.choice(LIFECYCLES)}
  owner: group-{self.any_of("groups")}
  system: system-{self.any_of("systems")}
  definition: |
    openapi: 3.1.0
    info:
      title: Interface {number}
      version: 1.{number % 7}.0
    paths:
      /things/{{id}}:
        get:
          responses:
            "200":
              description: One thing
"""

    def resource(self, number: int) -> str:
        return f"""apiVersion: backstage.io/v1alpha1
kind: Resource
metadata:
  name: resource-{number}
  annotations:
    example.com/region: eu-{number % 3}
spec:
  type: {self.random.choice(RESOURCES)}
  owner: group-{self.any_of("groups")}
  system: system-{self.any_of("systems")}
"""

    def system(self, number: int) -> str:
        return f"""apiVersion: backstage.io/v1alpha1
kind: System
metadata:
  name: system-{number}
  title: {self.random.choice(TOPICS).title()} system {number}
spec:
  owner: group-{self.any_of("groups")}
  domain: domain-{self.any_of("domains")}
"""

    def domain(self, number: int) -> str:
        return f"""apiVersion: backstage.io/v1alpha1
kind: Domain
metadata:
  name: domain-{number}
spec:
  owner: group-{self.any_of("groups")}
"""

    def group(self, number: int) -> str:
        parent = f"  parent: group-{number // 8}\n" if number else ""
        return f"""apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: group-{number}
spec:
  type: {"team" if number > 8 else "department"}
  profile:
    displayName: Group {number}
    email: group-{number}@example.com
{parent}  children: []
"""

    def user(self, number: int) -> str:
        return f"""apiVersion: backstage.io/v1alpha1
kind: User
metadata:
  name: user-{number}
spec:
  profile:
    displayName: Person {number}
    email: user-{number}@example.com
  memberOf:
    - group-{self.any_of("groups")}
"""

    def kinds(self) -> Iterator[tuple[str, int, Callable[[int], str]]]:
        """Yield folder, number of entities and what writes one."""
        yield "components", self.components, self.component
        yield "apis", self.counts["apis"], self.api
        yield "resources", self.counts["resources"], self.resource
        yield "systems", self.counts["systems"], self.system
        yield "domains", self.counts["domains"], self.domain
        yield "groups", self.counts["groups"], self.group
        yield "users", self.counts["users"], self.user


def generate(components: int, folder: Path) -> int:
    """Write a catalog with `components` components below `folder`; return the number of entities."""
    total = 0
    for name, count, write in Company(components).kinds():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for start in range(0, count, DOCUMENTS_PER_FILE):
            numbers = range(start, min(start + DOCUMENTS_PER_FILE, count))
            text = "---\n".join(write(number) for number in numbers)
            (folder / name / f"{start:06}.yaml").write_text(text, encoding="utf-8")
        total += count
    return total


if __name__ == "__main__":
    print(generate(int(sys.argv[1]), Path(sys.argv[2])), "entities")
