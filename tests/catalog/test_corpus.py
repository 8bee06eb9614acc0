"""Descriptors of public projects, as their authors wrote them: what is refused, and by which rule."""

import pytest
from django.conf import settings
from django.test import override_settings

from catalog import ingest
from catalog.models import Entity
from tests.shared import shared

CORPUS = shared("corpus/backstage/catalog")

# File, line, rule: each of these is refused by the format itself.
REFUSED = {
    # Every `apiVersion` of this copy was renamed: a kind in a foreign version is no kind that the catalog knows.
    ("khulnasoft__devtools/catalog-info.yaml", 1, "K01"),
    ("khulnasoft__devtools/plugins__kubernetes-backend__examples__dice-roller__catalog-info.yaml", 1, "K01"),
    ("khulnasoft__devtools/plugins__techdocs__catalog-info.yaml", 1, "K01"),
    # A Component without a lifecycle.
    ("spotify__web-api-examples/authorization__catalog-info.yaml", 5, "K01"),
    ("spotify__web-api-examples/catalog-info.yaml", 5, "K01"),
    # A file to be stamped: `{% … %}` is no YAML.
    ("stefan-bergstein__software-templates/scaffolder-templates__quinoa-wind-turbine__catalog-info.yaml", 5, "YAML"),
    # A Template of the first format, in a version that has none.
    ("ziyashaw__backstage_demo2/plugins__scaffolder-backend__fixtures__test-nested-template__template.yaml", 1, "K10"),
}
# File and line of a name that an earlier file has too: projects that know nothing of each other call things alike.
SECOND = {
    ("benwilcock__backstage-catalogs/system-tanzu-developer-portal.yml", 67),
    ("drodil__backstage-plugin-qeta/local_dev.yaml", 37),
    ("drodil__backstage-plugin-qeta/local_dev.yaml", 155),
    ("giantswarm__backstage-catalogs/catalogs__crds.yaml", 3218),
    ("giantswarm__backstage-catalogs/catalogs__crds.yaml", 3433),
    ("globallogicuki__globallogic-backstage-plugins/examples__entities.yaml", 6),
    ("globallogicuki__globallogic-backstage-plugins/examples__entities.yaml", 14),
    ("globallogicuki__globallogic-backstage-plugins/examples__entities.yaml", 45),
    ("humanitec-architecture__backstage/examples__entities.yaml", 6),
    ("humanitec-architecture__backstage/examples__entities.yaml", 14),
    ("humanitec-architecture__backstage/examples__entities.yaml", 26),
    ("humanitec-architecture__backstage/examples__org.yaml", 6),
    ("humanitec-architecture__backstage/examples__org.yaml", 14),
    ("janus-idp__backstage-showcase/catalog-info.yaml", 4),
    ("redhat-developer__rhdh/catalog-entities__components__showcase.yaml", 4),
    ("redhat-developer__rhdh/catalog-info.yaml", 4),
    ("redhat-developer__rhdh/catalog-info.yaml", 43),
    ("redhat-developer__rhdh/e2e-tests__local-harness__guest-ownership-entities.yaml", 10),
    ("ziyashaw__backstage_demo2/plugins__api-docs__dev__other-example-api.yaml", 4),
}
# File and line of a placeholder whose file is not in the corpus, or lies at a host that nobody may be asked (I10).
NOT_THERE = {
    (
        "TIBCOSoftware__tibco-developer-hub-marketplace/developer-hub__e-commerce-platform__apis__soap-wsdl__api-soap-wsdl.yaml",
        21,
    ),
    ("TIBCOSoftware__tibco-developer-hub-marketplace/developer-hub__e-commerce-platform__ecommerce-platform.yaml", 136),
    ("TIBCOSoftware__tibco-developer-hub-marketplace/developer-hub__e-commerce-platform__ecommerce-platform.yaml", 163),
    ("TIBCOSoftware__tibco-developer-hub-marketplace/developer-hub__e-commerce-platform__ecommerce-platform.yaml", 194),
    ("TIBCOSoftware__tibco-developer-hub-marketplace/developer-hub__e-commerce-platform__ecommerce-platform.yaml", 323),
    (
        "TIBCOSoftware__tibco-developer-hub/tibco-examples__car-order-system-and-components__flogo-discount-calculator.yaml",
        104,
    ),
    ("backstage__demo/catalog-info.yaml", 29),
    ("benwilcock__backstage-catalogs/system-polyglot-demo-apps.yml", 183),
    ("benwilcock__backstage-catalogs/system-tanzu-application-platform.yml", 552),
    ("benwilcock__backstage-catalogs/system-tanzu-developer-portal.yml", 394),
    ("benwilcock__backstage-catalogs/system-tanzu-developer-portal.yml", 418),
    ("benwilcock__backstage-catalogs/system-where-for-dinner.yml", 284),
    ("benwilcock__backstage-catalogs/system-where-for-dinner.yml", 300),
    ("janus-idp__backstage-showcase/catalog-entities__apis__petstore.yaml", 22),
    ("redhat-developer__rhdh/catalog-entities__apis__petstore.yaml", 22),
    ("ziyashaw__backstage_demo2/packages__catalog-model__examples__apis__spotify-api.yaml", 17),
}
# Warned of, and read: the owner is an e-mail address, which parses as a ref but can name nobody (C15).
WARNED = {
    ("TeraSky-OSS__backstage-plugins/catalog-info.yaml", 12, "C15"),
    ("Zenika__sensei/.backstage__catalog-info.yaml", 26, "C15"),
}


@pytest.fixture(scope="module")
def first_report(module_db):
    # No place outside is asked: those that Location entities name are told as out of reach.
    with override_settings(WAYMARK={**settings.WAYMARK, "egress": {"allow": []}}):
        yield ingest.read_targets([str(CORPUS)])


@pytest.fixture
def report(first_report, db):
    return first_report


def found(report, *, severity):
    return {
        (problem.path.removeprefix(f"{CORPUS}/"), problem.line, problem.rule)
        for problem in report.problems
        if problem.severity == severity
    }


def test_what_is_refused_of_the_corpus_is_refused_by_the_format(report):
    errors = found(report, severity="error")
    assert {each for each in errors if each[2] not in ("I08", "I10", "K09")} == REFUSED
    assert {each[:2] for each in errors if each[2] == "I08"} == SECOND
    assert {each[:2] for each in errors if each[2] == "I10"} == NOT_THERE


def test_each_refusal_of_the_corpus_names_line_and_cure(report):
    assert all(problem.line and problem.message and problem.cure for problem in report.problems)


def test_what_the_corpus_is_warned_of(report):
    warnings = found(report, severity="warning")
    assert warnings == WARNED


def test_places_of_the_corpus_that_cannot_be_followed_are_not_in_it(report):
    missing = [
        problem.message.split(" leads to ")[1].split(", which")[0]
        for problem in report.problems
        if problem.rule == "K09"
    ]
    assert missing
    assert not [target for target in missing if not target.startswith("https://") and (CORPUS / target).exists()]


def test_all_else_of_the_corpus_is_stored_and_stays_unchanged(report):
    assert report.added == 331
    assert Entity.objects.filter(descriptor__isnull=False).count() == 331
    again = ingest.read_targets([str(CORPUS)])
    assert (again.added, again.changed, again.unchanged, again.removed) == (0, 0, 331, 0)
    assert again.problems == report.problems
