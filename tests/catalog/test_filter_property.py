"""Filters, full text, orders and facets give what a plain loop over the entities gives, for random ones of each."""

import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actors import system
from catalog.models import CatalogRevision, Entity
from catalog.query import counts, filters, queries
from catalog.query.editions import Edition
from catalog.query.ordering import OrderField, Ordering
from catalog.query.queries import EntityQuery, Part, TextFilter
from tests.catalog.factories import make_entities

WORDS = ["java", "Go", "a.b", "100%", "_x", "ä", "team", "true", "3", "group:default/shop"]
KEYS = [
    "kind",
    "KIND",
    "metadata.name",
    "metadata.namespace",
    "metadata.tags",
    "metadata.tags.java",
    "metadata.annotations.github.com/project-slug",
    "metadata.labels.a.b",
    "spec.type",
    "spec.replicas",
    "spec.isPublic",
    "spec.parts",
    "spec.parts.size",
    "spec.profile",
    "spec.text",
    "relations.ownedBy",
    "relations.ownerOf",
    "relations",
    "status",
    "metadata.etag",
    "nothing",
]
QUIET = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def random_entity(chance, number):
    """Return a descriptor in JSON, which is YAML too."""
    metadata = {"name": f"{chance.choice(['Alpha', 'beta'])}-{number}", "namespace": chance.choice(["default", "ops"])}
    metadata["tags"] = chance.sample(["java", "go", "c++"], chance.randrange(4))
    metadata["annotations"] = {"github.com/project-slug": chance.choice(WORDS)}
    metadata["labels"] = {"a.b": chance.choice(["java", "Go"])}
    if chance.random() < 0.5:
        metadata["title"] = chance.choice([*WORDS, "Ärger", "zoo", "Zoo"])
    spec = {
        "type": chance.choice(WORDS),
        "lifecycle": "production",
        "owner": chance.choice(["shop", "user:default/ada"]),
        "replicas": chance.choice([3, 3.0, 2.5, None, True]),
        "isPublic": chance.choice([True, False, "true"]),
        "parts": [{"size": chance.randrange(3)}, chance.choice(WORDS)],
        "profile": {"displayName": chance.choice(WORDS)},
        "text": chance.choice(["x" * 200, "y" * 201, ""]),
    }
    kept = {key: value for key, value in spec.items() if key in ("type", "lifecycle", "owner") or chance.random() < 0.7}
    return {"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": metadata, "spec": kept}


def pairs(path, value):
    """Yield each searchable (key, value) below `path`, as Backstage's documentation describes them."""
    if path in ("relations", "status", "metadata.etag"):
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from pairs(f"{path}.{key}".lstrip("."), inner)
    elif isinstance(value, list):
        for inner in value:
            yield from pairs(path, inner)
            yield from [(f"{path}.{inner}", "true")] if isinstance(inner, str) else []
    else:
        yield path, printed(value)


def printed(value):
    """Return a value as JavaScript prints it, in lower case; None when it is too long to be searched."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or len(str(value)) > 200:
        return None
    is_whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if is_whole else value).lower()


def searchable(entity):
    found: dict[str, set[str | None]] = {}
    relations = [(f"relations.{each['type']}", each["targetRef"].lower()) for each in entity["relations"]]
    for key, value in [*pairs("", entity), *relations]:
        found.setdefault(key.lower(), set()).add(value)
    return found


def matches(query, found):
    """Say whether an entity with the fields `found` is like `query`; written after the documentation, not the code."""
    [(key, wanted)] = query.items()
    if key == "$all":
        return all(matches(part, found) for part in wanted)
    if key == "$any":
        return any(matches(part, found) for part in wanted)
    if key == "$not":
        return not matches(wanted, found)
    return has(found.get(key.lower()), wanted)


def has(values, wanted):
    """Say whether a field with these values, or None where it is not there, is like `wanted`."""
    operator, operand = next(iter(wanted.items())) if isinstance(wanted, dict) else ("$contains", wanted)
    texts = (values or set()) - {None}
    if operator == "$exists":
        return (values is not None) is operand
    if operator == "$in":
        return not texts.isdisjoint(map(printed, operand))
    if operator == "$hasPrefix":
        return any(value.startswith(operand.lower()) for value in texts)
    return printed(operand) in texts


values = st.one_of(st.sampled_from(WORDS), st.sampled_from([3, 2.5, True, False, "Component", "beta-3", "", "x" * 200]))
conditions = st.one_of(
    values,
    st.builds(lambda there: {"$exists": there}, st.booleans()),
    st.builds(lambda several: {"$in": several}, st.lists(values, max_size=3)),
    st.builds(lambda one: {"$contains": one}, values),
    st.builds(
        lambda prefix: {"$hasPrefix": prefix}, st.sampled_from(["", "j", "G", "1", "100%", "_", "comp", "group:"])
    ),
)
fields = st.builds(lambda key, condition: {key: condition}, st.sampled_from(KEYS), conditions)
questions = st.recursive(
    fields,
    lambda inner: st.one_of(
        st.builds(lambda part: {"$not": part}, inner),
        st.builds(lambda parts: {"$all": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"$any": parts}, st.lists(inner, max_size=3)),
    ),
    max_leaves=6,
)


@pytest.fixture(params=[1, 2])
def entities(request, db):
    chance = random.Random(request.param)  # noqa: S311 — it makes examples
    make_entities("\n---\n".join(json.dumps(random_entity(chance, number)) for number in range(25)))
    rows = Entity.objects.values_list("ref", "document")
    assert len(rows) == 26  # the location has an entity too
    return {ref: searchable(json.loads(document)) for ref, document in rows}


@given(query=questions, is_broad=st.booleans())
@QUIET
def test_a_predicate_finds_what_a_loop_finds(entities, query, is_broad):
    found = filters.from_query(query).apply(Entity.objects.all(), is_broad=is_broad)
    assert set(found.values_list("ref", flat=True)) == {
        ref for ref, fields in entities.items() if matches(query, fields)
    }


texts = st.sampled_from([word for word in WORDS if "," not in word])
statements = st.one_of(
    st.builds(lambda key, value: f"{key}={value}", st.sampled_from(KEYS), texts), st.sampled_from(KEYS)
)


@given(params=st.lists(st.lists(statements, min_size=1, max_size=4).map(",".join), max_size=3))
@QUIET
def test_a_filter_in_an_address_finds_what_a_loop_finds(entities, params):
    found = filters.parse(params).apply(Entity.objects.all())
    expected = {ref for ref, fields in entities.items() if not params or any(holds(each, fields) for each in params)}
    assert set(found.values_list("ref", flat=True)) == expected


def holds(param, found):
    asked: dict[str, list[str]] = {}
    for statement in param.split(","):
        key, equals, value = statement.partition("=")
        asked.setdefault(key.lower(), []).extend([value.lower()] if equals else [])
    return all(bool(found.get(key, set()) & set(wanted)) if wanted else key in found for key, wanted in asked.items())


# -- Full text, order and facets -------------------------------------------------------------------------------------

TEXTS = ["a", "JAVA", "o", "100%", "%", "_", "ä", ":", "no such text", "-1", "y" * 30]
ORDERS = [*KEYS, "metadata.title", "metadata.uid", "spec.lifecycle", "metadata.description"]
orders = st.lists(st.builds(OrderField, st.sampled_from(ORDERS).map(str.lower), st.booleans()), max_size=3)
text_filters = st.builds(TextFilter, st.sampled_from(TEXTS).map(str.lower), st.sets(st.sampled_from(KEYS)).map(tuple))
text_filters = text_filters.map(lambda text: TextFilter(text.term, tuple(map(str.lower, text.fields))))


def mentions(fields, text):
    """Say whether one of the fields that are searched contains the text."""
    return any(text.term in value for key in text.fields for value in fields.get(key, ()) if value is not None)


def in_order(entities, ordering):
    """Sort refs by each field in turn, the last one first; who lacks it comes last whichever the direction."""
    refs = sorted(entities)
    for each in reversed(ordering.fields):
        texts = {ref: entities[ref].get(each.field, set()) - {None} for ref in refs}
        first = {ref: (max if each.is_descending else min)(found) for ref, found in texts.items() if found}
        # Sorting in reverse keeps equals as they were.
        having = sorted((ref for ref in refs if ref in first), key=first.__getitem__, reverse=each.is_descending)
        refs = [*having, *(ref for ref in refs if ref not in first)]
    return refs


def walk(edition, query, limit):
    """Return the refs of all pages, in the order of reading."""
    found, position, has_more = [], None, True
    while has_more:
        page = queries.page(edition, query, Part(limit, position=position))
        found += [ref_of(json.loads(document)) for document in page.documents]
        position, has_more = page.last, page.has_more
    return found


def ref_of(entity):
    metadata = entity["metadata"]
    return f"{entity['kind']}:{metadata.get('namespace', 'default')}/{metadata['name']}".lower()


@pytest.fixture(params=["sorted", "walked"])
def way(request, monkeypatch):
    """Both ways to a page: a slice of what is sorted, and a walk along what the database sorts."""
    if request.param == "walked":
        monkeypatch.setattr("catalog.query.queries.FEW", -1)
        monkeypatch.setattr("catalog.query.queries.MOST_KEPT", -1)


@pytest.mark.usefixtures("way")
@given(ordering=orders, query=questions, limit=st.integers(1, 9), text=st.one_of(st.none(), text_filters))
@QUIET
def test_pages_give_each_match_once_and_in_order(entities, ordering, query, limit, text):
    asked = EntityQuery(filters.from_query(query), Ordering.of(ordering), text)
    edition = Edition(CatalogRevision.current(), "all", system())
    sought = text and TextFilter(text.term, asked._searched_fields())
    wanted = {
        ref: fields
        for ref, fields in entities.items()
        if matches(query, fields) and (sought is None or mentions(fields, sought))
    }
    expected = in_order(wanted, asked.ordering)
    assert queries.total(edition, asked) == len(expected)
    assert walk(edition, asked, limit) == expected


@pytest.mark.usefixtures("way")
@given(ordering=orders, limit=st.integers(1, 9))
@QUIET
def test_pages_backwards_give_what_stands_before(entities, ordering, limit):
    asked = EntityQuery(ordering=Ordering.of(ordering))
    edition = Edition(CatalogRevision.current(), "all", system())
    expected = in_order(entities, asked.ordering)
    last = queries.page(edition, asked, Part(len(expected))).last
    found, position = [], last
    while position is not None:
        page = queries.page(edition, asked, Part(limit, position=position, is_backwards=True))
        found = [*(ref_of(json.loads(document)) for document in page.documents), *found]
        position = page.first if page.has_more else None
    assert found == expected[:-1]


@given(keys=st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True), query=st.one_of(st.none(), questions))
@QUIET
def test_facets_count_what_a_loop_counts(entities, keys, query):
    edition = Edition(CatalogRevision.current(), "all", system())
    found = counts.facets(edition, keys, filters.ALL if query is None else filters.from_query(query))
    for key in keys:
        expected: dict[str, int] = {}
        for fields in entities.values():
            for value in fields.get(key.lower(), ()) if query is None or matches(query, fields) else ():
                if value is not None:
                    expected[value] = expected.get(value, 0) + 1
        counted: dict[str, int] = {}
        for each in found[key]:
            # The documents tell values in lower case here; two spellings of one are counted apart.
            counted[each.value.lower()] = counted.get(each.value.lower(), 0) + each.count
        assert counted == expected
        assert [each.value for each in found[key]] == sorted(each.value for each in found[key])
