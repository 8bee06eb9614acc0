import pytest
from django.core.exceptions import PermissionDenied

from accounts.actors import Actor, anonymous
from accounts.permissions import TABLE, Act, may, require
from accounts.roles import Role

SHOP, MONEY = "group:default/shop", "group:default/money"


def actor(role, *, groups=(SHOP,), kind="person"):
    return Actor(kind=kind, role=role, ref="user:default/ada", name="Ada", group_refs=frozenset(groups))


def test_every_act_has_a_rule_for_every_role_of_a_person():
    persons = {Role.ANONYMOUS, Role.VIEWER, Role.DEVELOPER, Role.TEAM_LEAD, Role.PLATFORM, Role.ADMIN}
    assert set(TABLE) == set(Act)
    assert all(set(row) == persons for row in TABLE.values())


@pytest.mark.parametrize("act", list(Act))
def test_machine_roles_may_nothing_that_persons_may(act):
    assert not may(actor(Role.INGEST), act, owner_refs=[SHOP], own=True)
    assert not may(actor(Role.FLAG_CLIENT), act, owner_refs=[SHOP], own=True)


def test_a_developer_registers_what_their_team_owns_and_nothing_else():
    assert may(actor(Role.DEVELOPER), Act.REGISTER_ENTITY, owner_refs=[SHOP])
    assert not may(actor(Role.DEVELOPER), Act.REGISTER_ENTITY, owner_refs=[MONEY])
    assert not may(actor(Role.DEVELOPER), Act.REGISTER_ENTITY)


def test_only_platform_registers_what_nobody_owns():
    assert may(actor(Role.PLATFORM), Act.REGISTER_ENTITY)
    assert not may(actor(Role.TEAM_LEAD), Act.REGISTER_ENTITY)


def test_a_developer_controls_only_a_run_of_their_own():
    assert may(actor(Role.DEVELOPER), Act.CONTROL_RUN, own=True)
    assert not may(actor(Role.DEVELOPER), Act.CONTROL_RUN, owner_refs=[SHOP])


def test_a_thing_owned_by_the_person_themselves_is_their_own_teams():
    assert may(actor(Role.DEVELOPER, groups=()), Act.REGISTER_ENTITY, owner_refs=["user:default/ada"])


def test_a_refusal_says_who_may_not_do_what_to_whose():
    with pytest.raises(PermissionDenied, match=r"As developer, Ada may not register .* of group:default/money\."):
        require(actor(Role.DEVELOPER), Act.REGISTER_ENTITY, owner_refs=[MONEY])


def test_anonymous_reads_only_where_the_installation_lets_everybody_read(settings):
    settings.ANONYMOUS_READ = False
    assert not may(anonymous(), Act.READ_CATALOG)
    settings.ANONYMOUS_READ = True
    assert may(anonymous(), Act.READ_CATALOG)
    assert not may(anonymous(), Act.RUN_TEMPLATE)
