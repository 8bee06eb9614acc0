"""Our rules against those of Backstage's own model, row by row: what one takes and refuses, the other does too."""

import json

import pytest

from catalog import ingest, refs
from catalog.descriptor import checks, descriptors, envelope
from catalog.models import Entity
from tests.catalog.reading import PLACE
from tests.real import catalog_model
from tests.real.catalog_model_rows import VALUES, rows, shown
from tests.shared import ROOT, shared

pytestmark = pytest.mark.real
NOT_ANYWHERE = "C15: no entity can have so long a name, and no database keeps it"
NO_KIND = "R07, R08: the ref must name its kind, which Backstage asks for in a later step"
NO_REF = "R08: Backstage's schema has no such field, and its later steps trip over what is no ref"
# Each row that ends otherwise here than there, by rule and what is tried, and the reason.
DIFFERENCES = {
    **{
        ("C11", f"url {url!r}"): "X4: pages link to http, https and mailto only, with a host and without a password"
        for url in (
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://a.example",
            "slack://channel?id=1",
            "tel:+1",
            "a:b",
            "https:a",
            "https:/a.example",
            "https:\\\\a.example",
            "https://user:secret@a.example",
            "file:///etc/passwd",
            "mailto:",
        )
    },
    **{
        (rule, f"{field} xxx… (300 signs)"): NOT_ANYWHERE
        for rule, fields in {
            "K01": ("owner", "system", "subcomponentOf"),
            "K02": ("owner", "system"),
            "K03": ("owner", "system"),
            "K04": ("owner", "system"),
            "K05": ("owner", "domain"),
            "K06": ("owner", "subdomainOf"),
            "K07": ("parent",),
            "K11": ("owner", "system"),
        }.items()
        for field in fields
    },
    **{
        (rule, f"{field} {value}"): NO_KIND
        for rule, field in (("K01", "dependsOn"), ("K04", "dependsOn"), ("K04", "dependencyOf"))
        for value in ("['a']", "['a', 'b']")
    },
    **{
        ("K04", f"dependencyOf {shown(value)}"): NO_REF
        for value in VALUES
        if value not in (None, [], ["a"], ["a", "b"])
    },
}


def takes_envelope(entity):
    return not envelope.check(entity)


def takes_kind(entity):
    (parsed,) = descriptors.parse(json.dumps(entity), PLACE)
    return not parsed.is_refused


def full_ref(question):
    try:
        return str(refs.parse(question["ref"], default_kind=question.get("defaultKind")))
    except refs.RefError:
        return False


def location_ref(text):
    found = checks.location_ref(text)
    return list(found) if found else False


OURS = {"envelope": takes_envelope, "kind": takes_kind, "ref": full_ref, "location": location_ref}


@pytest.fixture(scope="module")
def answers():
    """Each row, with Backstage's answer to it and ours."""
    asked = list(rows())
    theirs = catalog_model.ask([(question, subject) for _, _, question, subject in asked])
    return [
        (rule, what, answer["answer"], OURS[question](subject))
        for (rule, what, question, subject), answer in zip(asked, theirs, strict=True)
    ]


def test_what_backstage_takes_and_refuses_is_taken_and_refused_here_row_by_row(answers):
    others = {(rule, what): (theirs, ours) for rule, what, theirs, ours in answers if theirs != ours}
    assert {key: value for key, value in others.items() if key not in DIFFERENCES} == {}
    assert {key: reason for key, reason in DIFFERENCES.items() if key not in others} == {}


def test_nothing_is_taken_here_that_backstage_refuses(answers):
    assert [(rule, what) for rule, what, theirs, ours in answers if ours and not theirs] == []


def test_the_rows_try_every_rule_in_both_ways(answers):
    verdicts = {}
    for rule, _, theirs, _ in answers:
        verdicts.setdefault(rule, set()).add(bool(theirs))
    tried = [
        *(f"C{n:02}" for n in (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16)),
        *(f"K{n:02}" for n in range(1, 10)),
        "K11",
    ]
    assert {rule for rule, found in verdicts.items() if len(found) == 2} == set(tried)
    assert len(answers) > 1_500


@pytest.mark.django_db
@pytest.mark.parametrize("folder", ["corpus", "demo"])
def test_backstage_takes_every_entity_that_is_served(settings, folder):
    settings.WAYMARK = {**settings.WAYMARK, "egress": {"allow": []}}
    place = shared("corpus/backstage/catalog") if folder == "corpus" else ROOT / "demo/acme/catalog/all.yaml"
    ingest.read_targets([str(place)])
    served = {ref: json.loads(text) for ref, text in Entity.objects.values_list("ref", "document")}
    found = catalog_model.ask([("served", entity) for entity in served.values()])
    assert len(served) > 50
    assert {ref: said["error"] for ref, said in zip(served, found, strict=True) if not said["answer"]} == {}
