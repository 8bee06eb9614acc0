"""T5, T6: a template's schema fetches nothing, and no pattern of it takes long."""

import socketserver
import threading
import time
from collections.abc import Iterator

import pytest

from catalog import documents
from scaffolder import lint, template_text, templates
from scaffolder.engine.spec import pages
from scaffolder.forms import validation
from scaffolder.lint import patterns
from scaffolder.templates import TemplateRefused

pytestmark = pytest.mark.django_db

BOMB = "a" * 30 + "!"


@pytest.fixture
def trap() -> Iterator[tuple[str, list[bytes]]]:
    """A server that nobody may call; its address and what it was sent."""
    calls: list[bytes] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            calls.append(self.request.recv(1000))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/schema.json", calls
        server.shutdown()


def with_field(field: str) -> str:
    return template_text.EXAMPLE.replace("      properties:\n", f"      properties:\n        bad: {field}\n")


@pytest.mark.parametrize("keyword", ["$ref", "$id", "$schema"])
def test_t5_an_address_in_a_schema_is_not_asked(trap, keyword):
    address, calls = trap
    text = with_field(f"{{{keyword}: '{address}', type: string}}")
    lint.check(text)
    validation.check_schema(pages(documents.load_one(text).value["spec"]["parameters"]))

    assert calls == []


def test_t5_a_reference_that_leads_out_is_refused_when_it_is_published(platform, trap):
    address, calls = trap
    template = templates.create(with_field(f"{{$ref: '{address}'}}"), actor=platform.actor)
    with pytest.raises(TemplateRefused) as refused:
        templates.publish(template, platform.actor)

    assert "L35" in {problem.rule for problem in refused.value.problems}
    assert calls == []


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "^(a|a)*$", r"^(\w+\s?)*$", "^(.*a){20}$", "^(?=(a+))\\1$", "(a{100}){100}{100}"]
)
def test_t6_a_pattern_that_could_hang_is_refused_when_it_is_published(platform, pattern):
    template = templates.create(with_field(f"{{type: string, pattern: '{pattern}'}}"), actor=platform.actor)
    with pytest.raises(TemplateRefused) as refused:
        templates.publish(template, platform.actor)

    assert {problem.rule for problem in refused.value.problems if problem.is_error} <= {"L33", "L34", "L37"}


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^([a-z]+)*$", "(a|a)*b", "^(a?){30}a{30}$"])
def test_t6_our_own_engine_answers_at_once_whatever_the_pattern(pattern):
    engine = patterns.compiled(pattern)
    begun = time.process_time()
    engine.is_valid(BOMB)

    assert time.process_time() - begun < 0.5


def test_t6_the_check_of_a_pattern_takes_no_long_itself():
    nested = "(" * 40 + "a" + ")*" * 40
    begun = time.process_time()
    lint.check(with_field(f"{{type: string, pattern: '^{nested}$'}}"))
    lint.check(with_field(f"{{type: string, pattern: '^{'(a|b|c)*' * 130}$'}}"))

    assert time.process_time() - begun < 4
