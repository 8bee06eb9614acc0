"""Runs: the list, a run's page, its log."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from scaffolder import engine
from scaffolder.models import CreatedResource, Task, TaskEvent, TaskStep
from tests.people import SignedIn, make_person
from tests.scaffolder.pages.paths import MAX_STATEMENTS, SECRET, Form
from tests.scaffolder.runs import make_template, no_heartbeat, steps_of


def test_run_page_shows_steps_log_values_and_what_was_made(developer, task):
    engine.run(task.pk, heartbeat=no_heartbeat)
    CreatedResource.objects.create(
        task=task, kind="repository", key="k", title="acme/x", url="https://git.example/acme/x"
    )
    page = developer.get(task.get_absolute_url())
    for text in ("Say hello", "Hello gift-cards", "1 of 1", "Done", "https://git.example/acme/x", ">Shop</a>"):
        assertContains(page, text)
    assertNotContains(page, 'hx-trigger="every 1s"')


def test_run_page_of_a_live_run_asks_for_more(developer, task):
    page = developer.get(task.get_absolute_url())
    assertContains(page, f"{task.get_absolute_url()}events/?after=0&amp;state=open")
    assertContains(page, 'hx-trigger="every 1s"')


def test_events_give_only_what_is_new_and_stop_when_the_run_has_ended(developer, task):
    assert developer.get(f"{task.get_absolute_url()}events/?after=0&state=open").status_code == 204
    engine.run(task.pk, heartbeat=no_heartbeat)
    last = task.events.last().seq
    page = developer.get(f"{task.get_absolute_url()}events/?after={last - 1}&state=open")
    assertContains(page, "log-viewer__line ", count=1)
    assertContains(page, 'hx-swap-oob="true"')
    assertNotContains(page, "every 1s")
    assert developer.get(f"{task.get_absolute_url()}events/?after={last}&state=completed").status_code == 204


@pytest.mark.parametrize("after", ["-1", "x", "99999999999999999999"])
def test_events_after_no_number_are_all_of_them(developer, task, after):
    engine.run(task.pk, heartbeat=no_heartbeat)
    assertContains(developer.get(f"{task.get_absolute_url()}events/?after={after}"), "Hello gift-cards")


def test_a_failed_run_says_where_and_how_to_go_on(developer, shop):
    make_template(steps_of('{id: a, name: Break it, action: "debug:log", input: {message: "${{ nope() }}"}}'))
    form = Form(developer)
    form.press("start")
    task = Task.objects.get()
    engine.run(task.pk, heartbeat=no_heartbeat)
    page = developer.get(task.get_absolute_url())
    assertContains(page, "The step “Break it” failed")
    assertContains(page, "<code>template.yaml:8:")
    assertContains(page, "code-view__line--bad")
    assertContains(page, "Retry")

    assertRedirects(developer.post(f"{task.get_absolute_url()}retry/"), task.get_absolute_url())
    assert Task.objects.get().state == Task.State.OPEN


def test_a_retry_of_a_run_with_secrets_asks_for_them_again(developer, shop):
    make_template(SECRET + steps_of('{id: a, action: "debug:log", input: {message: "${{ nope() }}"}}'))
    form = Form(developer)
    form.press("next", token="hush-hush-hush")
    form.press("next", name="x")
    form.press("start")
    task = Task.objects.get()
    engine.run(task.pk, heartbeat=no_heartbeat)
    assertContains(developer.get(task.get_absolute_url()), 'name="/token"')
    developer.post(f"{task.get_absolute_url()}retry/")
    assert Task.objects.get().state == Task.State.FAILED
    developer.post(f"{task.get_absolute_url()}retry/", {"/token": "hush-hush-hush"})
    assert Task.objects.get().state == Task.State.OPEN


def test_cancel_stops_a_run(developer, task):
    assertRedirects(developer.post(f"{task.get_absolute_url()}cancel/"), task.get_absolute_url())
    assert Task.objects.get().state == Task.State.CANCELLED


@pytest.mark.parametrize(("deed", "before"), [("cancel", Task.State.OPEN), ("retry", Task.State.FAILED)])
def test_a_team_mate_reads_a_run_but_does_not_control_it(task, deed, before):
    Task.objects.update(state=before)
    mate = SignedIn(make_person("bo"))
    assert mate.get(task.get_absolute_url()).status_code == 200
    mate.post(f"{task.get_absolute_url()}{deed}/")
    assert Task.objects.get().state == before
    assert Task.objects.get().cancel_asked_at is None


@pytest.mark.parametrize("page", ["", "events/", "log/"])
def test_a_run_of_another_team_is_not_found(task, page):
    stranger = SignedIn(make_person("eve", groups=("group:default/money",)))
    assert stranger.get(f"{task.get_absolute_url()}{page}").status_code == 404


@pytest.mark.parametrize("deed", ["cancel", "retry"])
def test_a_run_of_another_team_is_not_controlled_and_get_changes_nothing(developer, task, deed):
    stranger = SignedIn(make_person("eve", groups=("group:default/money",)))
    assert stranger.post(f"{task.get_absolute_url()}{deed}/").status_code == 404
    assert developer.get(f"{task.get_absolute_url()}{deed}/").status_code == 405
    assert Task.objects.get().state == Task.State.OPEN


def test_the_raw_log_is_a_file_to_save(developer, task):
    engine.run(task.pk, heartbeat=no_heartbeat)
    answer = developer.get(f"{task.get_absolute_url()}log/")
    assert b"Hello gift-cards" in b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_run_that_nobody_takes_says_that_it_is_delayed(developer, task):
    Task.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assertContains(developer.get(task.get_absolute_url()), "The run is delayed")


def test_a_run_that_waits_for_a_host_says_until_when(developer, task):
    Task.objects.update(not_before=timezone.now() + timedelta(minutes=5), started_at=timezone.now())
    assertContains(developer.get(task.get_absolute_url()), "The run waits, and goes on by itself")


def test_output_links_go_only_where_links_may_go(developer, task):
    links = [{"title": "Bad", "url": "javascript:alert(1)"}, {"title": "Good", "url": "https://git.example/x"}]
    entity = {"title": "Entity", "entityRef": "component:default/checkout"}
    text = [{"title": "Next", "content": "**Bold** <img src=x onerror=alert(1)>"}]
    Task.objects.update(output={"links": [*links, entity], "text": text})
    page = developer.get(task.get_absolute_url())
    assertContains(page, 'href="https://git.example/x"')
    assertContains(page, 'href="/catalog/component/default/checkout/"')
    assertContains(page, "<strong>Bold</strong>")
    assertNotContains(page, 'href="javascript:')
    assertNotContains(page, "<img")


def test_run_page_costs_the_same_for_a_short_and_a_long_run(developer, task, django_assert_max_num_queries):
    now = timezone.now()
    TaskStep.objects.bulk_create(
        TaskStep(task=task, position=n, step_id=f"s{n}", name="s", action="a") for n in range(10, 40)
    )
    TaskEvent.objects.bulk_create(TaskEvent(task=task, seq=n, message="m", created_at=now) for n in range(1, 500))
    developer.get("/create/")  # the counts of the navigation are kept as long as the catalog stays as it is
    with django_assert_max_num_queries(MAX_STATEMENTS):
        developer.get(task.get_absolute_url())


def test_a_poll_with_nothing_new_costs_little(developer, task, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        developer.get(f"{task.get_absolute_url()}events/?after=0&state=open")


def test_the_list_shows_my_runs_and_those_that_i_may_read(developer, task):
    Task.objects.create(
        template_ref="template:default/other",
        title="Of my team",
        actor_ref="user:default/bo",
        owner_ref="group:default/shop",
    )
    Task.objects.create(template_ref="template:default/other", title="Of others", actor_ref="user:default/eve")
    mine = developer.get("/create/tasks/")
    assertContains(mine, "gift-cards")
    assertNotContains(mine, "Of my team")
    everything = developer.get("/create/tasks/?show=all")
    assertContains(everything, "Of my team")
    assertNotContains(everything, "Of others")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=open", True),
        ("state=failed", False),
        ("q=gift", True),
        ("q=ledger", False),
        ("template=template:default/path", True),
        ("state=nonsense", True),
        ("page=99", True),
    ],
)
def test_the_list_is_filtered_by_its_address(developer, task, query, found):
    page = developer.get(f"/create/tasks/?{query}")
    assert ("gift-cards" in page.content.decode()) is found


def test_the_list_answers_htmx_with_the_rows_alone(developer, task):
    page = developer.get("/create/tasks/", headers={"HX-Request": "true", "HX-Target": "run-list"})
    assertContains(page, "gift-cards")
    assertNotContains(page, "<html")


def test_the_list_costs_the_same_for_three_and_for_thirty(developer, path, django_assert_max_num_queries):
    for number in range(30):
        Task.objects.create(template=path, template_ref=path.ref, title=f"Run {number}", actor_ref="user:default/ada")
    developer.get("/create/tasks/")
    with django_assert_max_num_queries(MAX_STATEMENTS):
        developer.get("/create/tasks/")


def test_an_empty_list_says_where_to_begin(developer):
    assertContains(developer.get("/create/tasks/"), "Choose a golden path")


def test_pages_of_runs_are_kept_by_nobody(developer, task):
    assert developer.get(task.get_absolute_url())["Cache-Control"] == "private, no-store"


def test_what_a_run_may_have_made_when_it_was_cut_off_is_told_as_unsure(developer, task):
    engine.run(task.pk, heartbeat=no_heartbeat)
    CreatedResource.objects.create(task=task, kind="unsure", key="repository x", title="acme/checkout")
    page = developer.get(task.get_absolute_url())
    assertContains(page, "acme/checkout")
    assertContains(page, "Unsure")
