import pytest
from django.urls import reverse


@pytest.mark.parametrize("page", ["/admin/", "/admin/scaffolder/template/", "/admin/accounts/user/"])
def test_admin_is_not_there_for_a_developer(developer, page):
    assert developer.get(page).status_code == 404


def test_a_stranger_signs_in_at_the_one_door(client, db):
    answer = client.get("/admin/scaffolder/template/", follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('account_login')}?next=/admin/scaffolder/template/"


def test_the_admins_own_password_form_does_not_answer(client, db):
    answer = client.post("/admin/login/", {"username": "root", "password": "x"})
    assert answer["Location"].startswith(reverse("account_login"))


def test_admin_opens_for_a_platform_engineer_with_their_part_only(platform):
    assert platform.get("/admin/").status_code == 200
    assert platform.get("/admin/scaffolder/template/").status_code == 200
    assert platform.get("/admin/accounts/user/").status_code == 403


@pytest.mark.parametrize(
    "page",
    [
        "/admin/",
        "/admin/accounts/user/",
        "/admin/accounts/user/add/",
        "/admin/accounts/rolegrant/",
        "/admin/accounts/apitoken/",
        "/admin/accounts/auditevent/",
        "/admin/catalog/location/",
        "/admin/catalog/entity/",
        "/admin/scaffolder/template/",
        "/admin/scaffolder/template/add/",
    ],
)
def test_every_list_of_admin_opens_for_an_administrator(admin_client, page):
    assert admin_client.get(page).status_code == 200
