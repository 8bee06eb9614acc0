"""Descriptors that the tests of pages show."""

SHOP = """---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop, title: Team Shop}
spec: {type: team, children: []}
"""
STOREFRONT = """---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: storefront}
spec: {owner: shop}
"""
# A title and an annotation as somebody might write them who means harm.
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def component(name: str, *, owner: str = "shop", extra: str = "", kind_of: str = "service", metadata: str = "") -> str:
    """Return a component; `extra` are lines of its spec, `metadata` further pairs of a flow map."""
    more = f", {metadata}" if metadata else ""
    return f"""---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: {name}, description: The service {name}, tags: [python, {name}]{more}}}
spec:
  type: {kind_of}
  lifecycle: production
  owner: {owner}
{extra}"""


def quoted(text: str) -> str:
    """Return a text as YAML in a flow map."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
