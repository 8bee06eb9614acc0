"""X1: markup in every text that strangers write; no page gains an element, a handler or an htmx attribute from it."""

import json
from collections import Counter
from html.parser import HTMLParser

import pytest
from django.utils import timezone

from catalog.models import Descriptor, Entity, Location, Relation, SourceFile
from scaffolder.models import Task
from tests.people import SHOP

pytestmark = pytest.mark.django_db

ATTACK = "\"'><img src=x onerror=alert(1)><script>alert(2)</script><b hx-get=/admin/ hx-trigger=load>x</b>{{ 7|add:7 }}"
# As little an address as the attack, so that both give the same page.
PLAIN = "plain words"
REF = "component:default/checkout"
PAGES = [
    "/",
    "/catalog/",
    "/catalog/?q=%22%3E%3Cscript%3E&type=%3Cb%3E&owner=%3Cb%3E&tag=%3Cb%3E&lifecycle=%3Cb%3E",
    "/catalog/?kind=%3Cscript%3E",
    "/catalog/component/default/checkout/",
    "/catalog/component/default/checkout/dependencies/",
    "/catalog/component/default/checkout/inspect/",
    "/catalog/component/default/checkout/inspect/?format=json",
    "/catalog/problems/",
    "/catalog/problems/?owner=%3Cscript%3E",
    "/catalog/locations/",
    "/search/?q=checkout",
    "/search/?q=%22%3E%3Cscript%3E",
    "/search/palette/?q=checkout",
    "/%3Cscript%3E/",
]


class Elements(HTMLParser):
    """Counts elements, and collects attributes that make a page do something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.active: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.active.update(name for name, _ in attrs if name.startswith(("on", "hx-", "data-hx-")) or name == "style")


def store(text: str) -> None:
    """Store an entity, its neighbours, a broken descriptor and a run with `text` wherever a text is free.

    Past the checks of ingest, which refuse much of it: pages must hold by themselves.
    """
    now = timezone.now()
    location = Location.objects.create(
        type="url", target=f"https://{text}", origin="registered", error=text, read_at=now
    )
    file = SourceFile.objects.create(
        location=location, path=text, content_hash="1", text=f"a: {text}\n# {text}\n{text}"
    )
    problem: dict[str, str | int] = dict.fromkeys(("message", "expected", "found", "cure", "rule", "path"), text)
    problem |= {"line": 1, "column": 4, "severity": "error"}
    descriptor = Descriptor.objects.create(
        file=file, position=0, line=1, ref=REF, owner_ref=SHOP, problems=[problem], failing_since=now
    )
    document = {
        "apiVersion": text,
        "kind": text,
        "metadata": {
            "name": "checkout",
            "labels": {text: text},
            "annotations": {text: text, "backstage.io/edit-url": text, "backstage.io/source-location": f"url:{text}"},
            "links": [{"url": f"https://a.example/{text}", "title": text, "icon": text, "type": text}],
        },
        "spec": {"type": text, "definition": text, "profile": {"email": text}, "targets": [text]},
        "relations": [{"type": text, "targetRef": "group:default/shop"}, {"type": "partOf", "targetRef": "system:a/b"}],
    }
    for ref, kind in ((REF, "component"), (SHOP, "group")):
        Entity.objects.create(
            ref=ref,
            kind=kind,
            namespace="default",
            name=ref.rpartition("/")[2],
            title=text,
            description=text,
            type=text,
            lifecycle=text,
            owner_ref=SHOP,
            system_ref="",
            tags=[text, text + "2", text + "3"],
            sort_key="1",
            search_text=f"checkout {text}",
            location=location,
            descriptor=descriptor if kind == "component" else None,
            source="{}",
            document=json.dumps(document),
            etag=text[:60],
            changed_at=now,
        )
    Relation.objects.create(origin=Entity.objects.get(ref=REF), source_ref=REF, type=text[:60], target_ref=SHOP)
    Task.objects.create(title=text, template_ref=text, actor_ref="user:default/ada", state="failed", error=text)


def told(found: Elements) -> dict[str, int]:
    """The elements of a page, but for those that only colour the words of a source text."""
    return {tag: count for tag, count in found.tags.items() if tag not in {"span", "mark"}}


def elements(client, address: str) -> Elements:
    found = Elements()
    found.feed(client.get(address).content.decode())
    return found


def test_x1_no_page_gains_an_element_or_a_handler_from_a_strangers_text(developer):
    store(ATTACK)
    hostile = {address: elements(developer, address) for address in PAGES}
    for model in (Task, Entity, Location):
        model.objects.all().delete()
    store(PLAIN)
    harmless = {address: elements(developer, address) for address in PAGES}
    assert {address: found.active for address, found in hostile.items()} == {
        address: found.active for address, found in harmless.items()
    }
    assert {address: told(found) for address, found in hostile.items()} == {
        address: told(found) for address, found in harmless.items()
    }


def test_x1_texts_are_shown_as_they_are_and_not_read_as_templates(developer):
    store(ATTACK)
    page = developer.get("/catalog/component/default/checkout/").content.decode()
    assert "{{ 7|add:7 }}" in page
    assert "&lt;script&gt;alert(2)&lt;/script&gt;" in page


@pytest.mark.parametrize("address", PAGES)
def test_x1_the_content_policy_stands_on_every_page(developer, address):
    policy = developer.get(address)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_x1_htmx_is_told_to_run_nothing_and_to_ask_nobody_else(developer):
    page = developer.get("/").content.decode()
    for setting in (
        '"allowEval":false',
        '"selfRequestsOnly":true',
        '"includeIndicatorStyles":false',
        '"historyCacheSize":0',
    ):
        assert setting in page
