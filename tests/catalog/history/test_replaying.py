"""Whatever happens to a catalog, its revisions give back what it was at any instant."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts import actors
from catalog import history, leaving
from catalog.models import Entity, EntityRevision, OwnershipSpan
from tests.catalog.factories import read

NAMES, OWNERS = ("cart", "till", "web"), ("shop", "money", "")
FILES = ("/test/one.yaml", "/test/two.yaml")


@dataclass(frozen=True)
class Document:
    """A component in a file; `previous` is the name that it says it had."""

    name: str
    owner: str
    lifecycle: str
    previous: str = ""

    def __str__(self) -> str:
        annotations = (
            f", annotations: {{waymark.io/previous-ref: 'component:{self.previous}'}}" if self.previous else ""
        )
        kind = "Component" if self.owner else "Resource"
        owner = self.owner or "nobody"
        return (
            f"apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {self.name}{annotations}}}\n"
            f"spec: {{type: service, lifecycle: {self.lifecycle}, owner: {owner}}}\n"
        )


documents = st.builds(
    Document,
    st.sampled_from(NAMES),
    st.sampled_from(OWNERS),
    st.sampled_from(("production", "deprecated")),
    st.sampled_from(("", "", *NAMES)),
)
broken = st.just("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: cart}\nspec: {type: []}\n")
texts = st.lists(documents.map(str) | broken, max_size=3).map("---\n".join)
steps = st.tuples(st.sampled_from(FILES), texts) | st.tuples(st.just("delete"), st.sampled_from(NAMES))

State = dict[str, tuple[str, str, str]]


def now_stored() -> State:
    rows = Entity.objects.values_list("ref", "uid", "owner_ref", "source")
    return {ref: (str(uid), owner, source) for ref, uid, owner, source in rows}


def stored_at(instant: datetime) -> State:
    rows = list(EntityRevision.objects.at(instant))
    texts = history.texts_of(rows)
    found = {row.ref: (str(row.uid), row.owner_ref, texts[row.pk]) for row in rows}
    assert len(found) == len(rows), "two revisions of one entity hold at once"
    return found


def take(step: tuple[str, str]) -> None:
    """Give a file another text, or delete an entity, every second time for good."""
    what, value = step
    if what != "delete":
        read({what: value})
        return
    entity = Entity.objects.filter(ref=f"component:default/{value}").first()
    if entity:
        leaving.delete_entity(entity, actors.system(), keep_away=value == "web")


class ReplayingTest(TestCase):
    """A class, for each example of a property must have a transaction of its own."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(steps, min_size=1, max_size=8))
    def test_replaying_the_revisions_gives_the_catalog_at_any_instant(self, taken: list[tuple[str, str]]):
        seen: list[tuple[datetime, State]] = []
        for step in taken:
            take(step)
            last = EntityRevision.objects.order_by("-pk").values_list("started_at", flat=True).first()
            if last:
                seen.append((last, now_stored()))

        for instant, state in seen:
            assert stored_at(instant) == state
        for instant, state in list_of_last(seen):
            owners = {ref: owner for ref, (_, owner, _) in state.items() if owner}
            assert dict(OwnershipSpan.objects.at(instant).values_list("ref", "owner_ref")) == owners
        no_gaps_and_no_overlaps()


def list_of_last(seen: list[tuple[datetime, State]]) -> Iterator[tuple[datetime, State]]:
    """Yield the state at each instant once; a step that changed nothing leaves the instant as it was."""
    yield from dict(seen).items()


def no_gaps_and_no_overlaps() -> None:
    instants = list(EntityRevision.objects.order_by("pk").values_list("started_at", flat=True))
    assert instants == sorted(instants)
    for ref in set(EntityRevision.objects.values_list("ref", flat=True)):
        rows = list(EntityRevision.objects.filter(ref=ref).order_by("pk"))
        for before, after in itertools.pairwise(rows):
            assert before.ended_at is not None
            assert before.ended_at <= after.started_at
            if not before.is_removal and not after.is_removal:
                assert before.ended_at == after.started_at
    assert not EntityRevision.objects.filter(event="removed").exclude(ended_at=F("started_at")).exists()


@pytest.mark.django_db
def test_a_descriptor_is_kept_to_the_letter():
    read({FILES[0]: str(Document("cart", "shop", "production"))})
    source = Entity.objects.get(name="cart").source
    read({FILES[0]: ""})

    kept = EntityRevision.objects.get(ref="component:default/cart", event="added")
    assert history.text_of(kept) == source
    assert json.loads(source)["metadata"]["name"] == "cart"
