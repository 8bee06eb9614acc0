"""The gallery of golden paths."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from scaffolder.models import Task, Template
from tests.scaffolder.pages.paths import FORM, LOG, MAX_STATEMENTS
from tests.scaffolder.runs import make_template


def test_gallery_shows_each_golden_path_with_how_well_it_works(developer, path):
    now = timezone.now()
    for state, seconds in (("completed", 60), ("completed", 120), ("failed", 5)):
        task = Task.objects.create(
            template=path, template_ref=path.ref, title="t", actor_ref="user:default/x", state=state
        )
        Task.objects.filter(pk=task.pk).update(created_at=now, ended_at=now + timedelta(seconds=seconds))
    page = developer.get("/create/")
    assertContains(page, "66.7 %")
    assertContains(page, "1 min 30 s")
    assertContains(page, "Passes lint")


def test_gallery_without_runs_shows_a_dash_and_never_zero_percent(developer, path):
    page = developer.get("/create/")
    assertContains(page, '<dt>Succeed</dt><dd class="num text-start">—</dd>', html=True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=path", True),
        ("q=nothing", False),
        ("type=service", True),
        ("type=website", False),
        ("tag=go", True),
        ("owner=x", False),
    ],
)
def test_gallery_is_filtered_by_its_address(developer, path, query, found):
    Template.objects.update(type="service", tags=["go"])
    page = developer.get(f"/create/?{query}")
    assert ("Choose Path" in page.content.decode()) is found


def test_gallery_answers_htmx_with_the_list_alone(developer, path):
    page = developer.get("/create/?q=path", headers={"HX-Request": "true", "HX-Target": "gallery"})
    assertContains(page, "Choose Path")
    assertNotContains(page, "<html")


def test_gallery_shows_a_reader_what_there_is_but_no_way_in(member, path):
    page = member.get("/create/")
    assertContains(page, "Path")
    assertNotContains(page, "Choose Path")
    assertContains(page, "your role is viewer")


def test_gallery_of_an_empty_portal_says_what_to_do(developer, platform, db):
    assertContains(developer.get("/create/"), "There is no golden path yet")
    assertContains(platform.get("/create/"), "Write a golden path")


def test_gallery_costs_the_same_for_three_and_for_thirty(developer, shop, django_assert_max_num_queries):
    for number in range(30):
        make_template(FORM + LOG, name=f"path-{number}")
    developer.get("/create/")  # what the frame keeps until the catalog changes is kept now
    with django_assert_max_num_queries(MAX_STATEMENTS):
        developer.get("/create/")
