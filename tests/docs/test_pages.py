from urllib.parse import unquote

import pytest

from catalog import documents
from tests.docs.pages import ROOT, Doc, docs

README_LINES = 100


@pytest.mark.parametrize("doc", docs(), ids=lambda doc: doc.name)
def test_every_link_leads_somewhere(doc):
    broken = []
    for address in doc.links():
        path, _, anchor = address.partition("#")
        target = (doc.path.parent / unquote(path)).resolve() if path else doc.path
        if "://" in address or (target.exists() and (not anchor or anchor in Doc(target).anchors())):
            continue
        broken.append(address)
    assert broken == []


def test_every_page_can_be_reached_from_the_first():
    index = Doc(ROOT / "docs" / "README.md")
    linked = {(index.path.parent / address.partition("#")[0]).resolve() for address in index.links()}
    pages = {doc.path for doc in docs() if doc.path.is_relative_to(ROOT / "docs")} - {index.path}
    assert pages - linked == set()


@pytest.mark.parametrize("doc", docs(), ids=lambda doc: doc.name)
def test_every_example_in_yaml_can_be_read(doc):
    problems = [
        problem.message for text in doc.code("yaml") for d in documents.load_all(text) for problem in d.problems
    ]
    assert problems == []


def test_the_readme_begins_with_the_two_commands_and_fits_on_two_screens():
    lines = (ROOT / "README.md").read_text().splitlines()
    assert [line.split("#")[0].strip() for line in lines[3:5]] == ["make run", "make test"]
    assert len(lines) <= README_LINES


def test_the_changelog_is_open_for_what_comes_next():
    headings = [line for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("## ")]
    assert headings[0] == "## Unreleased"
