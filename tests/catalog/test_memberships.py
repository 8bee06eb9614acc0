"""Who is in which group, as the catalog tells it to those who sign in."""

import pytest

from accounts.models import Membership
from catalog import tasks
from tests.catalog.factories import FILE, make_entities
from tests.catalog.reading import with_spec
from tests.people import make_person

pytestmark = pytest.mark.django_db


def test_memberships_follow_users_and_groups():
    make_person("ada", groups=())
    user = with_spec("User", "memberOf: [shop]").replace("thing", "ada")
    members = with_spec("Group", "type: team\nchildren: []\nmembers: [ada]").replace("thing", "money")
    make_entities(user, target=FILE)
    make_entities(members, target="/test/2.yaml")
    assert set(Membership.objects.filter(source="catalog").values_list("group_ref", flat=True)) == {
        "group:default/shop",
        "group:default/money",
    }
    make_entities(user.replace("[shop]", "[]"), target=FILE)
    assert Membership.objects.get(source="catalog").group_ref == "group:default/money"
    make_entities(members.replace("[ada]", "[]"), target="/test/2.yaml")
    assert not Membership.objects.filter(source="catalog").exists()


def test_somebody_who_signs_in_later_is_put_into_their_groups_by_the_schedule():
    make_entities(with_spec("User", "memberOf: [shop]").replace("thing", "ada"))
    make_person("ada", groups=())
    tasks.refresh_due()
    assert Membership.objects.get(source="catalog").group_ref == "group:default/shop"
