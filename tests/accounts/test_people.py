import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import actors, audit, tokens
from accounts.models import ApiToken, AuditEvent, Membership, RoleGrant, User
from accounts.roles import Role

pytestmark = pytest.mark.django_db


def make_user(username="grace", *, role=None, groups=(), **fields):
    user = User.objects.create_user(username, "correct horse battery", **fields)
    for group in groups:
        Membership.objects.create(user=user, group_ref=group, source="catalog")
    for granted in [role] if role else []:
        RoleGrant.objects.create(user=user, role=granted)
    return User.objects.get(pk=user.pk)


def test_a_person_without_a_grant_is_a_viewer():
    assert make_user().role is Role.VIEWER


def test_a_role_granted_to_a_group_is_its_members():
    RoleGrant.objects.create(group_ref="group:default/platform", role=Role.PLATFORM)
    assert make_user(groups=["group:default/platform"]).role is Role.PLATFORM


def test_the_highest_of_several_roles_counts():
    RoleGrant.objects.create(group_ref="group:default/shop", role=Role.TEAM_LEAD)
    assert make_user(role=Role.DEVELOPER, groups=["group:default/shop"]).role is Role.TEAM_LEAD


def test_a_grant_names_a_person_or_a_group_and_never_both_or_none():
    user = make_user()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(role=Role.ADMIN)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=user, group_ref="group:default/shop", role=Role.ADMIN)


@pytest.mark.parametrize(
    ("role", "opens", "all_of_it"),
    [(Role.DEVELOPER, False, False), (Role.PLATFORM, True, False), (Role.ADMIN, True, True)],
)
def test_admin_opens_by_role_and_is_never_stored(role, opens, all_of_it):
    user = make_user(role=role)
    assert (user.is_staff, user.is_superuser) == (opens, all_of_it)
    assert user.has_perm("scaffolder.change_template") is opens
    assert user.has_perm("accounts.change_user") is all_of_it


def test_a_disabled_person_is_nobody_at_once():
    user = make_user(role=Role.ADMIN, is_active=False)
    assert not user.is_staff
    assert actors.for_user(user).kind == "anonymous"


def test_a_user_ref_in_capitals_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(user_ref="user:default/Grace")


def test_a_token_is_found_by_its_text_and_kept_as_a_hash():
    row, text = tokens.create("ci", role=Role.DEVELOPER, team_ref="Group:Default/Shop", actor=actors.system())
    assert tokens.find(text) == row
    assert text not in str(ApiToken.objects.values_list().get(pk=row.pk))
    assert actors.for_token(row).group_refs == {"group:default/shop"}


def test_a_revoked_or_expired_token_is_not_found():
    row, text = tokens.create("ci", role=Role.DEVELOPER, actor=actors.system())
    ApiToken.objects.filter(pk=row.pk).update(revoked_at=timezone.now())
    assert tokens.find(text) is None
    ApiToken.objects.filter(pk=row.pk).update(revoked_at=None, expires_at=timezone.now())
    assert tokens.find(text) is None


def test_a_tokens_use_is_noted_once_a_minute(django_assert_num_queries):
    _, text = tokens.create("ci", role=Role.DEVELOPER, actor=actors.system())
    tokens.find(text)
    with django_assert_num_queries(1):
        tokens.find(text)


def test_create_token_prints_the_token_once_and_audits_it(capsys):
    call_command("create_token", "ci", "--role", "developer", "--team", "group:default/shop")
    found = tokens.find(capsys.readouterr().out.strip())
    assert (found.name if found else None) == "ci"
    assert AuditEvent.objects.get().event == "token.created"


def test_an_audit_event_says_who_did_what_to_what():
    event = audit.record(
        "location.registered", actor=actors.system(), subject="url:https://git.example", detail={"n": 1}
    )
    assert (event.actor_ref, event.subject, event.detail) == ("system:waymark", "url:https://git.example", {"n": 1})


def test_two_people_cannot_differ_in_the_case_of_their_names_alone():
    make_user("ada")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user("Ada")
