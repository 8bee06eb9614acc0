"""I19: what of an entity can be searched by."""

from catalog.storage import facets


def rows(entity):
    return {(key, value) for key, value, _ in facets.rows(facets.pairs(entity))}


def entity(**fields):
    return {"apiVersion": "v1", "kind": "Component", "metadata": {"name": "a", **fields.pop("metadata", {})}, **fields}


def test_i19_keys_and_values_are_lower_case_and_the_spelling_is_kept():
    found = facets.rows(facets.pairs(entity(spec={"Type": "Service"})))
    assert ("spec.type", "service", "Service") in found
    assert ("metadata.namespace", "default", None) in found


def test_i19_a_list_gives_both_forms():
    assert {("metadata.tags", "java"), ("metadata.tags.java", "true")} <= rows(entity(metadata={"tags": ["java"]}))


def test_i19_scalars_read_as_in_javascript():
    found = rows(entity(spec={"a": True, "b": 1.0, "c": None, "d": 1.5}))
    assert {("spec.a", "true"), ("spec.b", "1"), ("spec.c", None), ("spec.d", "1.5")} <= found


def test_i19_long_keys_are_left_out_and_long_values_exist_only():
    found = rows(entity(spec={"a" * 201: "x", "definition": "x" * 201}))
    assert ("spec.definition", None) in found
    assert not any(key.startswith("spec.aa") for key, _ in found)


def test_i19_what_is_not_searched():
    found = rows(entity(metadata={"uid": "u", "etag": "e"}, relations=[{"type": "x"}], status={"items": [1]}))
    assert not {key for key, _ in found if key.startswith(("relations", "status", "metadata.etag", "metadata.uid"))}


def test_i19_relations():
    assert facets.of_relations([("ownedBy", "group:default/shop")]) == {
        ("relations.ownedby", "group:default/shop", None)
    }


def test_objects_in_lists_are_walked():
    assert ("metadata.links.title", "x") in rows(entity(metadata={"links": [{"title": "X"}]}))
