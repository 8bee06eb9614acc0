"""C01 to C12, C17 and C18: what all entities have in common."""

import pytest

from catalog.descriptor import checks
from tests.catalog.reading import COMPONENT, entity_of, problems, read, refusals, with_metadata


def test_a_good_component_has_no_problem_and_the_default_namespace():
    parsed = read(COMPONENT)
    assert parsed.problems == []
    assert parsed.ref == "component:default/checkout"
    assert entity_of(COMPONENT)["metadata"]["namespace"] == "default"


@pytest.mark.parametrize("key", ["relations", "status", "Metadata"])
def test_c01_unknown_root_field(key):
    (problem,) = problems(f"{COMPONENT}{key}: []\n")
    assert (problem.rule, problem.line, problem.column) == ("C01", 9, 1)
    assert problem.message == f"Unknown field {key}."


@pytest.mark.parametrize("text", ["[]", "just text", "12"])
def test_c01_a_document_that_is_no_map(text):
    assert refusals(text) == [("C01", 1)]


@pytest.mark.parametrize(
    ("version", "is_right"),
    [
        ("v1", True),
        ("backstage.io/v1alpha1", True),
        ("a.b-c--d.e/V1", True),
        ("a/b/c", False),
        ("A.io/v1", False),
        ("-a/v1", False),
        ("a/", False),
        ("/v1", False),
        (f"a/{'b' * 63}", True),
        (f"a/{'b' * 64}", False),
        ("v1\n", False),
    ],
)
def test_c02_api_version(version, is_right):
    assert checks.is_api_version(version) is is_right


def test_c02_api_version_is_required():
    assert refusals(COMPONENT.replace("apiVersion: backstage.io/v1alpha1\n", "")) == [("C02", 1)]


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("a", True),
        ("a--b", True),
        ("a.b.c", True),
        ("-a", False),
        ("a-", False),
        ("a..b", False),
        ("", False),
        ("a" * 63, True),
        ("a" * 64, False),
        (".".join(["a" * 62] * 4), True),
        (".".join(["a" * 63] * 4), False),
        ("ä", False),
    ],
)
def test_c03_dns_subdomain(text, is_right):
    assert checks.is_dns_subdomain(text) is is_right


@pytest.mark.parametrize(
    ("text", "is_right"), [("API", True), ("A1", True), ("1A", False), ("A-B", False), ("A" * 64, False)]
)
def test_c04_kind(text, is_right):
    assert checks.is_kind(text) is is_right


@pytest.mark.parametrize("name", ["a", "A.b-c_d", "0", "a" * 63])
def test_c05_entity_name(name):
    assert refusals(COMPONENT.replace("checkout", f'"{name}"')) == []


@pytest.mark.parametrize("name", ["-a", "a-", "a b", "a/b", "", "a" * 64, "ä", "a\\n"])
def test_c05_entity_name_that_is_none(name):
    (problem,) = problems(COMPONENT.replace("checkout", f'"{name}"'))
    assert (problem.rule, problem.line, problem.column) == ("C05", 4, 9)


def test_c05_a_number_is_no_name():
    (problem,) = problems(COMPONENT.replace("checkout", "12"))
    assert (problem.rule, problem.found) == ("C05", "12")


def test_c05_metadata_is_required():
    assert refusals(COMPONENT.replace("metadata:\n  name: checkout\n", "")) == [("C05", 1)]


@pytest.mark.parametrize(("namespace", "rules"), [("a--b", []), ("Team", [("C06", 5)]), ("a_b", [("C06", 5)])])
def test_c06_namespace(namespace, rules):
    assert refusals(with_metadata(f"namespace: {namespace}")) == rules


@pytest.mark.parametrize("key", ["a", "example.com/a_b", "a.b"])
def test_c07_label_key(key):
    assert refusals(with_metadata(f"labels:\n  {key}: x")) == []


@pytest.mark.parametrize("key", ["a/b/c", "Example.com/a", "/a", "a b"])
def test_c07_label_key_that_is_none(key):
    assert refusals(with_metadata(f"labels:\n  {key}: x")) == [("C07", 6)]


@pytest.mark.parametrize(("value", "rules"), [('""', []), ("a.b", []), ("a b", [("C08", 6)]), ("12", [("C08", 6)])])
def test_c08_label_value(value, rules):
    assert refusals(with_metadata(f"labels:\n  a: {value}")) == rules


@pytest.mark.parametrize("value", ["true", "1", "null", "[a]"])
def test_c09_an_annotation_is_a_text(value):
    assert refusals(with_metadata(f"annotations:\n  a: {value}")) == [("C09", 6)]


def test_c09_a_number_where_a_text_belongs_is_cured_by_quotes():
    (problem,) = problems(with_metadata("annotations:\n  example.com/on: true"))
    assert "in quotes" in problem.cure
    assert refusals(with_metadata('annotations:\n  example.com/on: "true"')) == []


@pytest.mark.parametrize(
    ("tag", "rules"),
    [("c++", []), ("a:b#c", []), ("a-b", []), ("Java", [("C10", 6)]), ("a--b", [("C10", 6)]), ("a_b", [("C10", 6)])],
)
def test_c10_tag(tag, rules):
    assert refusals(with_metadata(f'tags:\n  - "{tag}"')) == rules


@pytest.mark.parametrize("url", ["https://example.com/a?b#c", "http://example.com:8080", "mailto:ada@example.com"])
def test_c11_link(url):
    assert refusals(with_metadata(f"links:\n  - url: {url}")) == []


@pytest.mark.parametrize(
    "url",
    [
        "example.com",
        "//example.com",
        "javascript:alert(1)",
        "java\\nscript:alert(1)",
        "https://ada:secret@example.com",
        "data:text/html,x",
        "https:",
        "https://exa\\\\mple.com",
    ],
)
def test_c11_link_that_leads_nowhere_good(url):
    assert refusals(with_metadata(f'links:\n  - url: "{url}"')) == [("C11", 6)]


def test_c11_a_blank_title_of_a_link():
    assert refusals(with_metadata('links:\n  - url: https://example.com\n    title: " "')) == [("C11", 7)]


def test_c12_an_empty_title_is_none_and_an_empty_description_is_one():
    assert refusals(with_metadata('title: ""')) == [("C12", 5)]
    assert refusals(with_metadata('description: ""')) == []


def test_c12_further_keys_are_kept():
    entity = entity_of(with_metadata("example.com/topology: {a: [1]}"))
    assert entity["metadata"]["example.com/topology"] == {"a": [1]}


def test_c12_uid_and_etag_of_a_file_are_not_taken_over():
    entity = entity_of(with_metadata("uid: mine\netag: mine"))
    assert not {"uid", "etag"} & entity["metadata"].keys()


@pytest.mark.parametrize("field", ["labels", "annotations", "tags", "links"])
def test_an_empty_field_is_no_list_and_no_map(field):
    ((_, line),) = refusals(with_metadata(f"{field}:"))
    assert line == 5


def test_control_signs_and_turned_text_stay_out_of_titles():
    (problem,) = problems(with_metadata('title: "Pay\\u202eroll"'))
    assert (problem.rule, problem.found) == ("C12", "Pay<U+202E>roll")


def test_c17_the_words_of_a_refusal():
    (problem,) = problems(COMPONENT.replace("checkout", "no name"))
    assert problem.message == f'"metadata.name" is not valid; expected {problem.expected} but found "no name".'
    assert problem.cure


def test_c17_what_is_missing_is_told_as_nothing():
    (problem,) = problems(COMPONENT.replace("  name: checkout\n", "  title: Checkout\n"))
    assert problem.message.endswith("but found nothing.")


def test_c18_keys_that_differ_only_in_case():
    (problem,) = problems(with_metadata("labels:\n  Tier: a\n  tier: b"))
    assert problem.rule == "C18"
    assert "metadata.labels.Tier, metadata.labels.tier" in problem.message


def test_all_that_is_wrong_is_told_at_once():
    text = COMPONENT.replace("checkout", "no name").replace("  lifecycle: production\n", "")
    assert refusals(text) == [("C05", 4), ("K01", 5)]
