"""T8: no other spelling of a team's name gets past the rule, and every spelling of one's own does."""

import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.actors import Actor
from accounts.roles import Role
from scaffolder import services
from scaffolder.services import ServiceRefused, ServiceRequest
from tests.catalog.factories import make_entities
from tests.scaffolder.api.conftest import PATH, TEAMS
from tests.scaffolder.runs import make_template

pytestmark = pytest.mark.django_db

DEVELOPER = Actor(
    kind="person", role=Role.DEVELOPER, ref="user:default/ada", group_refs=frozenset({"group:default/shop"})
)
WIDE = {ord(narrow): ord(narrow) + 0xFEE0 for narrow in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@pytest.fixture(autouse=True)
def _company() -> None:
    make_entities(TEAMS)
    make_template(PATH, name="python-service")


def spellings(name: str) -> st.SearchStrategy[str]:
    """Ways to write a team that mean the same: full or short, capitals, wide letters, blanks around it."""

    def written(prefix: str, capitals: list[bool], is_wide: bool, before: str, after: str) -> str:
        cased = "".join(sign.upper() if up else sign for sign, up in zip(prefix + name, capitals, strict=False))
        return before + (cased.translate(WIDE) if is_wide else cased) + after

    blanks = st.sampled_from(["", " ", "\t", "\u3000", "\u00a0"])
    capitals = st.lists(st.booleans(), min_size=40, max_size=40)
    prefixes = st.sampled_from(["", "group:", "default/", "group:default/"])
    return st.builds(written, prefixes, capitals, st.booleans(), blanks, blanks)


def ask(team: str) -> None:
    services.check(ServiceRequest(name="checkout", team=team, template="python-service"), DEVELOPER)


unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@unhurried
@given(spellings("money"))
def test_t8_another_team_is_refused_however_it_is_written(team):
    with pytest.raises(ServiceRefused) as refused:
        ask(team)

    assert [fault.field for fault in refused.value.faults] == ["team"]


@unhurried
@given(spellings("shop"))
def test_t8_the_own_team_is_taken_however_it_is_written(team):
    ask(team)
    assert services.team_ref(ServiceRequest(name="checkout", team=team)) == "group:default/shop"


@unhurried
@given(st.text(max_size=40).filter(lambda text: "shop" not in unicodedata.normalize("NFKC", text).casefold()))
@example("shop\0")
def test_t8_no_other_text_is_a_team(team):
    with pytest.raises(ServiceRefused):
        ask(team)
