"""The rows in which our rules are held against Backstage's: each rule at its boundaries, as whole entities.

A row is (rule, what is tried, question, subject); the question is one of `catalog_model.cjs`.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Row = tuple[str, str, str, Any]

COMPONENT: dict[str, Any] = {
    "apiVersion": "backstage.io/v1alpha1",
    "kind": "Component",
    "metadata": {"name": "checkout"},
    "spec": {"type": "service", "lifecycle": "production", "owner": "shop"},
}
ABSENT = object()
NO_TEXTS: list[Any] = [None, True, 12, 1.5, [], ["a"], {}, {"a": "b"}]
# Names in all shapes: at the boundaries of length, with line ends, with signs of other scripts that look alike.
NAMES: list[Any] = [
    *("a", "A", "0", "a-b", "a--b", "a_b", "a.b", "a..b", "a-_.b", "aB9", "checkout-service_v1.2"),
    *(
        "",
        " ",
        "-",
        ".",
        "_",
        "-a",
        "a-",
        ".a",
        "a.",
        "_a",
        "a_",
        "a b",
        " a",
        "a ",
        "a\n",
        "\na",
        "a\r",
        "a\tb",
        "a\0",
    ),
    *("a/b", "a:b", "a+b", "a#b", "a@b", "a*b", "ä", "a²", "a١", "１", "аbc", "K", "a\u200bb", "a\u2028", "😀"),
    *("a" * 62, "a" * 63, "a" * 64, "a" * 253, "a-" * 31 + "a", "a-" * 32),
    *NO_TEXTS,
]
PREFIXES = [
    *("a", "a.b", "a-b.c", "a--b.c", "0.1", "A.b", "a..b", ".a", "a.", "-a", "a-", "a_b", "a b", "", "ä.b", "a\n"),
    *("a" * 63 + ".b", "a" * 64 + ".b", ".".join(["a" * 63] * 3) + "." + "b" * 61, ".".join(["a" * 63] * 4)),
]
KEYS = [
    *(name for name in NAMES if isinstance(name, str)),
    *(f"{prefix}/name" for prefix in PREFIXES),
    *("a/b/c", "a//b", "/", "a/", "/a", "a/b\n", f"a.b/{'c' * 63}", f"a.b/{'c' * 64}", "a.b/-c"),
]
VERSIONS = [
    *("v1", "V1", "1", "backstage.io/v1alpha1", "backstage.io/v1beta1", "a/v-1", "a/v_1", "a/v.1", "v1 ", "v1\n", "v²"),
    *(f"{prefix}/v1" for prefix in PREFIXES),
    *("a/b/c", "a//b", "/v1", "a/", "/", f"a/{'b' * 63}", f"a/{'b' * 64}", "", *NO_TEXTS),
]
KINDS = [
    *("Component", "component", "K8s", "a", "A1", "1a", "A-b", "A_b", "A.b", "A b", "A\n", "", " ", "Ä", "A²"),
    *("A" * 63, "A" * 64, *NO_TEXTS),
]
TAGS: list[Any] = [
    *(
        "java",
        "c++",
        "c#",
        "a:b",
        "a-b",
        "a--b",
        "-a",
        "a-",
        "Java",
        "a b",
        "a_b",
        "a.b",
        "",
        "a\n",
        "ä",
        "²",
        "+",
        ":",
    ),
    *("a" * 63, "a" * 64, *NO_TEXTS),
]
TEXTS: list[Any] = ["a", "", " ", "a\nb", "ä", "x" * 200, *NO_TEXTS]
URLS: list[Any] = [
    *("https://a.example", "http://a.example/b?c#d", "https://a.example:8443/", "mailto:a@b.example", "https://[::1]/"),
    *(
        "HTTPS://A.EXAMPLE",
        "https://ä.example/ü",
        "https://a.example/a b",
        " https://a.example ",
        "https://a_b.example",
    ),
    *(
        "",
        " ",
        "a",
        "a/b",
        "/a",
        "//a.example",
        "a.example",
        "https://",
        "https:",
        "://a",
        "?a",
        "#a",
        "http://[",
        "12",
    ),
    *("https://a.example:99999", "https://a b.example", "https://a.example:b", *NO_TEXTS),
    # Backstage takes these; a page that showed them as links would do harm or nothing (X4).
    *("javascript:alert(1)", "data:text/html,x", "ftp://a.example", "slack://channel?id=1", "tel:+1", "a:b", "https:a"),
    *("https://user:secret@a.example", "https:/a.example", "https:\\\\a.example", "file:///etc/passwd", "mailto:"),
]
REFS = [
    *("component:default/checkout", "Component:Default/Checkout", "checkout", "shop/checkout", "component:checkout"),
    *(
        "",
        ":",
        "/",
        "a:",
        ":a",
        "a/",
        "/a",
        "a:/b",
        "a:b/",
        ":a/b",
        "a:b/c:d",
        "a/b:c",
        "a:b:c",
        "a/b/c",
        "a:b/c/d",
        " a",
    ),
]
LOCATIONS = [
    *("url:https://a.example/b", "file:/a/b", "file:./a", " url : https://a.example ", "a:b:c", "url:a b"),
    *("", ":", "a", "a:", ":a", " : ", "a: ", "http://a.example", "https://a.example", "HTTP://a.example"),
    *("url:javascript:alert(1)", "url:JavaScript:alert(1)", "url:java\nscript:alert(1)", "url:\x01javascript:alert(1)"),
    *("url: javascript:alert(1)", "url:javascript&colon;alert(1)", "javascript:alert(1)", "url:data:text/html,x"),
]

SPECS: dict[str, dict[str, Any]] = {
    "Component": {
        "type": "a",
        "lifecycle": "b",
        "owner": "c",
        "system": "d",
        "subcomponentOf": "e",
        "providesApis": ["f"],
        "consumesApis": ["g"],
        "dependsOn": ["api:h"],
    },
    "API": {"type": "openapi", "lifecycle": "b", "owner": "c", "definition": "d", "system": "e"},
    "API mcp-server": {
        "type": "mcp-server",
        "lifecycle": "b",
        "owner": "c",
        "remotes": [{"type": "sse", "url": "u"}],
        "system": "d",
    },
    "Resource": {
        "type": "a",
        "owner": "b",
        "dependsOn": ["api:c"],
        "dependencyOf": ["api:d"],
        "system": "e",
    },
    "System": {"owner": "a", "domain": "b", "type": "c"},
    "Domain": {"owner": "a", "subdomainOf": "b", "type": "c"},
    "Group": {
        "type": "a",
        "children": ["b"],
        "parent": "c",
        "members": ["d"],
        "profile": {"displayName": "e", "email": "f@g", "picture": "h"},
    },
    "User": {"memberOf": ["a"], "profile": {"displayName": "e", "email": "f@g", "picture": "h"}},
    "Location": {"type": "url", "target": "https://a.example/b", "targets": ["./c"], "presence": "optional"},
    "AiResource": {"type": "other", "lifecycle": "b", "owner": "c", "system": "d"},
    "AiResource skill": {
        "type": "skill",
        "lifecycle": "b",
        "owner": "c",
        "disciplines": ["d"],
        "categories": ["e"],
        "agents": ["f"],
        "dependsOn": ["g"],
        "allowedTools": "Read Edit",
        "license": "MIT",
        "compatibility": "x",
    },
    "AiResource rule": {
        "type": "rule",
        "lifecycle": "b",
        "owner": "c",
        "category": "d",
        "rationale": "e",
        "disciplines": ["f"],
    },
    "AiResource plugin": {"type": "plugin", "lifecycle": "b", "owner": "c", "skills": ["d"], "version": "1"},
    "AiResource marketplace": {"type": "marketplace", "lifecycle": "b", "owner": "c", "plugins": ["d"], "version": "1"},
}
RULES = {
    "Component": "K01",
    "API": "K02",
    "API mcp-server": "K03",
    "Resource": "K04",
    "System": "K05",
    "Domain": "K06",
    "Group": "K07",
    "User": "K08",
    "Location": "K09",
}
VALUES: list[Any] = [
    "a",
    "",
    " ",
    "a\n",
    "ä",
    "x" * 300,
    ["a"],
    [],
    ["a", "b"],
    [""],
    [1],
    [None],
    [["a"]],
    *NO_TEXTS[:4],
]
VALUES += [{}, {"type": "a", "url": "b"}, [{"type": "a", "url": "b"}], [{"type": "a"}], [{"type": "", "url": "b"}]]


def shown(value: Any) -> str:
    """Return a value in the name of its row."""
    if value is ABSENT:
        return "absent"
    return repr(value) if len(repr(value)) <= 60 else f"{value[:3]}… ({len(value)} signs)"


def changed(path: str, value: Any, entity: dict[str, Any] = COMPONENT) -> dict[str, Any]:
    """Return `entity` with another value at `path`, or without it."""
    made = copy.deepcopy(entity)
    *parents, last = path.split(".")
    inner = made
    for name in parents:
        inner = inner.setdefault(name, {})
    if value is ABSENT:
        inner.pop(last, None)
    else:
        inner[last] = value
    return made


def rows() -> Iterator[Row]:
    """Yield every row."""
    yield from _envelopes()
    yield from _metadata()
    yield from _kinds()
    for ref in REFS:
        yield "C15", ref, "ref", {"ref": ref, "defaultKind": "component", "defaultNamespace": "default"}
        yield "C15", f"{ref} without defaults", "ref", {"ref": ref}
    for ref in LOCATIONS:
        yield "C16", ref, "location", ref


def _envelopes() -> Iterator[Row]:
    for key in ("relations", "status", "Metadata", "x", "", "$schema"):
        yield "C01", key, "envelope", changed(key, []) if key else {**COMPONENT, "": 1}
    subjects: list[Any] = [None, [], "a", 1, {}, {"apiVersion": "a", "kind": "b"}]
    for subject in subjects:
        yield "C01", shown(subject), "envelope", subject
    for version in (ABSENT, *VERSIONS):
        yield "C02", shown(version), "envelope", changed("apiVersion", version)
    for kind in (ABSENT, *KINDS):
        yield "C04", shown(kind), "envelope", changed("kind", kind)
    for spec in (ABSENT, *NO_TEXTS, "a"):
        yield "C01", f"spec {shown(spec)}", "envelope", changed("spec", spec)
    for metadata in (ABSENT, *NO_TEXTS, "a"):
        yield "C05", f"metadata {shown(metadata)}", "envelope", changed("metadata", metadata)


def _metadata() -> Iterator[Row]:
    for rule, field, values in (
        ("C05", "name", [ABSENT, *NAMES]),
        ("C06", "namespace", [ABSENT, *NAMES]),
        ("C12", "title", TEXTS),
        ("C12", "description", TEXTS),
        ("C12", "uid", TEXTS),
        ("C12", "etag", TEXTS),
        ("C12", "further", TEXTS),
        ("C07", "labels", NO_TEXTS),
        ("C09", "annotations", NO_TEXTS),
        ("C10", "tags", ["a", *NO_TEXTS]),
        ("C11", "links", ["a", *NO_TEXTS]),
    ):
        for value in values:
            yield rule, f"{field} {shown(value)}", "envelope", changed(f"metadata.{field}", value)
    for key in KEYS:
        yield "C07", f"label {shown(key)}", "envelope", changed("metadata.labels", {key: "a"})
        yield "C07", f"annotation {shown(key)}", "envelope", changed("metadata.annotations", {key: "a"})
    for value in NAMES:
        yield "C08", f"label value {shown(value)}", "envelope", changed("metadata.labels", {"a": value})
    for value in (*TEXTS, "true"):
        yield "C09", f"annotation value {shown(value)}", "envelope", changed("metadata.annotations", {"a": value})
    for tag in TAGS:
        yield "C10", f"tag {shown(tag)}", "envelope", changed("metadata.tags", [tag])
    for url in (ABSENT, *URLS):
        link = {} if url is ABSENT else {"url": url}
        yield "C11", f"url {shown(url)}", "envelope", changed("metadata.links", [link])
    for field in ("title", "icon", "type", "further"):
        for value in TEXTS:
            link = {"url": "https://a.example", field: value}
            yield "C11", f"{field} {shown(value)}", "envelope", changed("metadata.links", [link])


def _kinds() -> Iterator[Row]:
    for name, spec in SPECS.items():
        kind, rule = name.split()[0], RULES.get(name, "K11")
        good = {**COMPONENT, "kind": kind, "spec": spec}
        yield rule, "good", "kind", good
        yield rule, "further fields", "kind", changed("spec.further", {"a": 1}, good)
        for version in ("backstage.io/v1alpha1", "backstage.io/v1beta1", "backstage.io/v1", "acme.example/v1alpha1"):
            yield rule, version, "kind", changed("apiVersion", version, good)
        yield rule, "no spec", "kind", changed("spec", ABSENT, good)
        yield rule, "an empty spec", "kind", changed("spec", {}, good)
        yield rule, "in other letters", "kind", changed("kind", kind.lower(), good)
        for path in [*spec, *(f"profile.{each}" for each in spec.get("profile", ()))]:
            for value in (ABSENT, *VALUES):
                yield rule, f"{path} {shown(value)}", "kind", changed(f"spec.{path}", value, good)
    for length in (500, 501):
        skill = {**COMPONENT, "kind": "AiResource", "spec": SPECS["AiResource skill"]}
        yield "K11", f"compatibility of {length}", "kind", changed("spec.compatibility", "x" * length, skill)
    for presence in ("required", "optional", "perhaps", "Required"):
        location = {**COMPONENT, "kind": "Location", "spec": SPECS["Location"]}
        yield "K09", presence, "kind", changed("spec.presence", presence, location)
