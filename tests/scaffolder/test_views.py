"""Pages of golden paths: gallery, form, runs, reference."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from scaffolder import engine
from scaffolder.models import CreatedResource, Task, TaskEvent, TaskStep, Template, TemplateRevision
from tests.catalog.factories import make_entities
from tests.people import SignedIn, make_person
from tests.scaffolder.runs import make_template, no_heartbeat, steps_of

SHOP = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop, title: Shop}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout}
spec: {type: service, lifecycle: production, owner: shop}
"""
FORM = """  parameters:
    - title: Who
      required: [owner]
      properties:
        owner: {title: Owner, type: string, ui:field: OwnerPicker, ui:options: {catalogFilter: {kind: Group}}}
    - title: What
      required: [name]
      properties:
        name: {title: Name, type: string, ui:field: EntityNamePicker}
        database: {title: Database, type: boolean, default: false}
      dependencies:
        database:
          oneOf:
            - properties: {database: {const: false}}
            - required: [size]
              properties: {database: {const: true}, size: {title: Size, type: string, enum: [small, large]}}
"""
LOG = steps_of('{id: hello, name: Say hello, action: "debug:log", input: {message: "Hello ${{ parameters.name }}"}}')
SECRET = """  parameters:
    - title: Key
      required: [token]
      properties:
        token: {title: Token, type: string, ui:field: Secret}
    - title: Name
      required: [name]
      properties: {name: {title: Name, type: string}}
"""
PATH = "/create/templates/default/path/"
MAX_STATEMENTS = 12


@pytest.fixture
def shop(db):
    make_entities(SHOP)


@pytest.fixture
def path(shop) -> Template:
    return make_template(FORM + LOG)


class Form:
    """Somebody at a form without JavaScript: what the page shows is what is posted next."""

    def __init__(self, client, address=PATH):
        self.client, self.address = client, address
        self.page = client.get(address)

    def hidden(self):
        """Return the answers to the other pages, and the number of this one."""
        pattern = r'name="(answers|page)"(?: id="answers-seal")? value="([^"]*)"'
        return dict(re.findall(pattern, self.page.content.decode()))

    def press(self, go, /, **answers):
        posted = {**self.hidden(), "go": go, **{f"/{name}": value for name, value in answers.items()}}
        self.page = self.client.post(self.address, posted)
        return self.page


# -- The gallery


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
    with django_assert_max_num_queries(MAX_STATEMENTS):
        developer.get("/create/")


# -- The form


def test_form_is_filled_in_page_by_page_and_starts_a_run(developer, path):
    form = Form(developer)
    assertContains(form.page, "Page 1 of 3")
    assertContains(form.press("next", owner="group:default/shop"), "Page 2 of 3")
    review = form.press("next", name="gift-cards", database="false")
    assertContains(review, "Page 3 of 3")
    assertContains(review, "gift-cards")

    answer = form.press("start")
    task = Task.objects.get()
    assertRedirects(answer, task.get_absolute_url())
    assert task.parameters == {"owner": "group:default/shop", "name": "gift-cards", "database": False}
    assert (task.title, task.owner_ref, task.actor_ref) == (
        "Path: gift-cards",
        "group:default/shop",
        "user:default/ada",
    )


def test_form_with_a_wrong_answer_comes_back_as_it_was_filled_in(developer, path):
    form = Form(developer)
    form.press("next", owner="group:default/shop")
    page = form.press("next", name="-gift cards-", database="true", size="")
    assert page.status_code == 422
    assertContains(page, 'value="-gift cards-"', status_code=422)
    assertContains(page, "2 answers need a change", status_code=422)
    assertContains(page, '<a href="#f-name">Name</a>', status_code=422)
    assertContains(page, "Must start and end with an alphanumeric character", status_code=422)


def test_form_tells_that_a_name_is_taken_and_which_are_free(developer, path):
    form = Form(developer)
    form.press("next", owner="group:default/shop")
    page = form.press("next", name="checkout", database="false")
    assertContains(page, "“checkout” is taken by shop.", status_code=422)
    assertContains(page, 'value="use:name=checkout-2"', status_code=422)
    assertContains(form.press("use:name=checkout-2"), 'value="checkout-2"')


def test_form_asks_more_when_an_answer_wants_it(developer, path):
    form = Form(developer)
    page = form.press("next", owner="group:default/shop")
    assertNotContains(page, 'name="/size"')
    assertContains(form.press("refresh", name="x", database="true"), 'name="/size"')


def test_form_answers_htmx_with_the_fields_alone(developer, path):
    form = Form(developer)
    form.press("next", owner="group:default/shop")
    headers = {"HX-Request": "true", "HX-Target": "fields"}
    page = developer.post(PATH, {**form.hidden(), "go": "refresh", "/database": "true"}, headers=headers)
    assertContains(page, 'name="/size"')
    assertNotContains(page, "<html")


def test_a_secret_that_was_typed_is_kept_when_the_fields_change(developer, shop):
    make_template(SECRET.replace("properties:\n", "dependencies: {token: [name]}\n      properties:\n", 1) + LOG)
    form = Form(developer)
    posted = {**form.hidden(), "go": "refresh", "/token": "hush-hush-hush"}
    fields = developer.post(PATH, posted, headers={"HX-Request": "true", "HX-Target": "fields"})
    assertContains(fields, 'hx-swap-oob="true"')
    assertContains(fields, "Given; leave empty to keep it")
    assertNotContains(fields, "hush-hush-hush")
    form.page = fields
    assertContains(developer.post(PATH, {**form.hidden(), "page": "0", "/token": ""}), "Page 2 of 3")


def test_going_back_keeps_what_was_typed_and_checks_nothing(developer, path):
    form = Form(developer)
    form.press("next", owner="group:default/shop")
    assert form.press("back", name="not yet done -").status_code == 200
    assertContains(form.press("1", owner="group:default/shop"), 'value="not yet done -"')


def test_a_page_that_was_not_reached_cannot_be_opened(developer, path):
    assertContains(Form(developer).press("2", owner="group:default/shop"), "Page 1 of 3")


def test_the_last_button_checks_every_page_and_leads_to_the_first_wrong_one(developer, path):
    form = Form(developer)
    form.press("next", owner="group:default/shop")
    form.press("next", name="gift-cards", database="false")
    make_entities(SHOP.replace("checkout", "gift-cards").replace("shop", "shop"), target="/test/late.yaml")
    page = form.press("start")
    assertContains(page, "is taken by shop", status_code=422)
    assertContains(page, "Page 2 of 3", status_code=422)
    assert not Task.objects.exists()


def test_pressing_create_twice_starts_one_run(developer, path):
    form = Form(developer)
    form.press("next", owner="group:default/shop")
    review = form.press("next", name="gift-cards", database="false")
    first = form.press("start")
    form.page = review
    assert form.press("start").url == first.url
    assert Task.objects.count() == 1


def test_going_back_after_the_start_and_changing_an_answer_starts_another_run(developer, path):
    form = Form(developer)
    second = form.press("next", owner="group:default/shop")
    form.press("next", name="gift-cards", database="false")
    first = form.press("start")
    form.page = second
    form.press("next", name="gift-tags", database="false")
    assert form.press("start").url != first.url
    assert Task.objects.count() == 2


def test_form_is_filled_in_by_its_address(developer, path):
    page = developer.get(PATH, {"formData": json.dumps({"owner": "group:default/shop", "is_admin": True}), "name": "x"})
    assertContains(page, '<option value="group:default/shop" selected>')
    form = Form(developer, PATH + "?name=gift-cards&database=true")
    assertContains(form.press("next", owner="group:default/shop"), 'value="gift-cards"')
    assertContains(form.page, 'name="/size"')


@pytest.mark.parametrize(
    "written", ["{", "[]", "1", '{"owner": {"a": []}}', "x" * 200_000, '{"name": "\\ud800"}', '{"owner":' * 9000]
)
def test_a_broken_address_fills_in_nothing_and_breaks_nothing(developer, path, written):
    assert developer.get(PATH, {"formData": written, "from": written[:50]}).status_code == 200


def test_form_takes_over_the_values_of_an_earlier_run(developer, path):
    task = engine.submit(
        template=path, parameters={"owner": "group:default/shop", "name": "gift-cards"}, actor=developer.actor
    )
    assertContains(developer.get(f"{PATH}?from={task.pk}"), '<option value="group:default/shop" selected>')
    stranger = SignedIn(make_person("eve", groups=("group:default/money",)))
    assertNotContains(stranger.get(f"{PATH}?from={task.pk}"), '<option value="group:default/shop" selected>')


def test_answers_of_somebody_else_are_not_taken(developer, path):
    form = Form(developer)
    form.client = SignedIn(make_person("eve"))
    assertRedirects(form.press("next", owner="group:default/shop"), PATH)


def test_answers_that_were_tampered_with_are_not_taken(developer, path):
    answer = developer.post(PATH, {"answers": "gAAAAA", "page": "1", "go": "start"})
    assertRedirects(answer, PATH)


def test_answers_of_another_golden_path_are_not_taken(developer, path):
    make_template(FORM + LOG, name="other")
    form = Form(developer, "/create/templates/default/other/")
    form.address = PATH
    assertRedirects(form.press("next"), PATH)


def test_answers_older_than_a_day_are_not_taken(developer, path, time_machine):
    time_machine.move_to("2030-01-01 12:00Z")
    developer.force_login(developer.user)
    form = Form(developer)
    time_machine.move_to("2030-01-02 12:01Z")
    developer.force_login(developer.user)
    assertRedirects(form.press("refresh"), PATH)


def test_a_golden_path_that_asks_nothing_opens_at_its_review(developer, shop):
    make_template(LOG)
    form = Form(developer)
    assertContains(form.page, "Page 1 of 1")
    assert form.press("start").status_code == 302


def test_a_secret_is_kept_out_of_pages_and_values_and_reaches_the_run(developer, shop):
    make_template(SECRET + steps_of('{id: a, action: "debug:log", input: {message: "${{ secrets.token }}"}}'))
    form = Form(developer)
    page = form.press("next", token="hush-hush-hush")
    assert page["Cache-Control"] == "private, no-store"
    assertNotContains(page, "hush-hush-hush")
    review = form.press("next", name="x")
    assertContains(review, "******")
    assertNotContains(review, "hush-hush-hush")
    assertNotContains(form.press("0"), "hush-hush-hush")
    assertContains(form.page, "Given; leave empty to keep it")
    form.press("next", token="")
    form.press("next", name="x")
    form.press("start")

    task = Task.objects.get()
    assert task.parameters == {"name": "x"}
    engine.run(task.pk, heartbeat=no_heartbeat)
    assertNotContains(developer.get(task.get_absolute_url()), "hush-hush-hush")


def test_a_secret_that_is_missing_or_too_short_is_told_at_its_field(developer, shop):
    make_template(SECRET + LOG)
    form = Form(developer)
    assertContains(form.press("next", token=""), "An answer is needed here.", status_code=422)
    assertContains(form.press("next", token="abc"), "A secret has at least 4 characters.", status_code=422)


def test_rows_of_a_list_are_added_and_removed_without_script(developer, shop):
    make_template(
        """  parameters:
    properties:
      envs: {title: Stages, type: array, items: {type: object, properties: {name: {title: Name, type: string}}}}
"""
        + LOG
    )
    form = Form(developer)
    assertContains(form.press("add:/envs"), 'name="/envs/0/name"')
    page = form.press("add:/envs", **{"envs#rows": "1", "envs/0/name": "dev"})
    assertContains(page, 'value="dev"')
    assertContains(page, 'name="/envs/1/name"')
    page = form.press("remove:/envs/0", **{"envs#rows": "2", "envs/0/name": "dev", "envs/1/name": "prod"})
    assertContains(page, 'value="prod"')
    assertNotContains(page, 'value="dev"')


def test_somebody_with_too_many_runs_is_told_when_to_come_back(developer, path, settings):
    settings.WAYMARK = {**settings.WAYMARK, "scaffolder": {**settings.WAYMARK["scaffolder"]}}
    settings.WAYMARK["scaffolder"]["limits"] = {**settings.WAYMARK["scaffolder"]["limits"], "runs_at_once": 0}
    form = Form(developer)
    form.press("next", owner="group:default/shop")
    form.press("next", name="gift-cards", database="false")
    page = form.press("start")
    assert page.status_code == 429
    assert page["Retry-After"]
    assertContains(page, "The run was not started", status_code=429)


def test_a_broken_template_says_so_instead_of_a_form(developer, shop):
    make_template(LOG)
    TemplateRevision.objects.update(text="spec: {steps: []}")
    assertContains(developer.get(PATH), "This golden path cannot be run", status_code=409)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", [PATH, "/create/templates/default/nowhere/"])
def test_form_is_not_found_for_who_may_not_run(member, path, method, address):
    assert getattr(member, method)(address).status_code == 404


def test_form_of_a_draft_is_not_found(developer, path):
    Template.objects.update(state=Template.State.DRAFT)
    assert developer.get(PATH).status_code == 404


def test_form_sends_a_stranger_to_sign_in(client, path):
    assert client.get(PATH).url.startswith("/accounts/login/")


def test_form_costs_few_statements(developer, path, django_assert_max_num_queries):
    developer.get(PATH)
    with django_assert_max_num_queries(MAX_STATEMENTS):
        developer.get(PATH)


# -- The files that would be made


def preview(client, **answers):
    form = Form(client)
    return client.post(f"{PATH}preview/", {**form.hidden(), **answers}, headers={"HX-Request": "true"})


@pytest.fixture
def skeleton(tmp_path, shop):
    (tmp_path / "skeleton" / "src").mkdir(parents=True)
    (tmp_path / "skeleton" / "README.md").write_text("# ${{ values.name }}\n<script>alert(1)</script>\n")
    (tmp_path / "skeleton" / "src" / "${{ values.name }}.py").write_text("pass\n")
    (tmp_path / "skeleton" / "catalog.yaml").write_text("name: ${{ values.name }}\n")
    (tmp_path / "skeleton" / "logo.bin").write_bytes(b"\0\1")
    return make_template(
        "  parameters:\n    required: [name]\n    properties: {name: {title: Name, type: string}}\n"
        + steps_of(
            '{id: f, action: "fetch:template", input: {url: ./skeleton, values: {name: "${{ parameters.name }}"}}}'
        ),
        base_url=f"file://{tmp_path}/",
    )


def test_preview_follows_the_answers_and_marks_them(developer, skeleton):
    page = preview(developer, **{"/name": "gift-cards"})
    assertContains(page, '<mark class="code-view__live">gift-cards</mark>')
    assertContains(page, "gift-cards.py")
    assertContains(page, "4 files")
    assertNotContains(page, "<script>alert")
    assertNotContains(page, "<html")


def test_preview_colours_yaml_around_the_answers(developer, skeleton):
    page = preview(developer, **{"/name": "gift-cards", "file": "catalog.yaml"})
    assertContains(page, '<span class="k">name</span>: <mark class="code-view__live">gift-cards</mark>')


def test_preview_lets_an_example_stand_in_for_what_is_missing(developer, skeleton):
    page = preview(developer, **{"/name": ""})
    assertContains(page, "An example stands in for Name.")
    assertContains(page, "my-service.py")


def test_preview_shows_the_file_that_was_chosen_and_says_which_are_new(developer, skeleton):
    page = preview(developer, **{"/name": "b", "file": "logo.bin", "before": "README.md\nlogo.bin\nsrc/a.py"})
    assertContains(page, "This file is not a text.")
    assertContains(page, 'b.py<span class="file-tree__word">new</span>')


def test_preview_tells_which_step_would_fail(developer, shop):
    make_template(steps_of('{id: a, name: Break it, action: "debug:log", input: {message: "${{ nope() }}"}}'))
    assertContains(preview(developer), "With these answers the step “Break it” would fail")


def test_preview_is_a_whole_page_without_htmx(developer, skeleton):
    form = Form(developer)
    assertContains(developer.post(f"{PATH}preview/", form.hidden()), "<html")


def test_preview_is_not_found_for_who_may_not_run_and_takes_only_posts(developer, member, skeleton):
    assert member.post(f"{PATH}preview/").status_code == 404
    assert developer.get(f"{PATH}preview/").status_code == 405
    assert developer.post(f"{PATH}preview/", {"answers": "x"}).status_code == 204


# -- Runs


@pytest.fixture
def task(developer, path) -> Task:
    return engine.submit(
        template=path,
        parameters={"owner": "group:default/shop", "name": "gift-cards"},
        actor=developer.actor,
        owner_ref="group:default/shop",
        title="Path: gift-cards",
    )


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


# -- The reference


def test_every_action_is_in_the_reference_with_an_example(developer):
    page = developer.get("/create/actions/")
    for action in ("catalog:register", "catalog:write", "debug:log", "fetch:plain", "fetch:template", "fs:delete"):
        assertContains(page, f"<code>{action}</code>")
    assertContains(page, "action: debug:log")


def test_actions_are_found_by_a_word(developer):
    page = developer.get("/create/actions/?q=publish:github")
    assertContains(page, "publish:github")
    assertNotContains(page, "fs:delete")


def test_form_of_a_golden_path_that_lint_finds_broken_says_so(developer, path):
    problem = {"message": "There is no step publish.", "line": 12, "column": 5, "severity": "error", "cure": "Add it."}
    TemplateRevision.objects.update(problems=[problem])
    page = developer.get(PATH)
    assertContains(page, "A run of this golden path would not come to its end")
    assertContains(page, "<code>template.yaml:12:5</code> There is no step publish.")
    assertContains(page, f'href="{PATH}lint/"')


def test_form_offers_the_values_of_earlier_runs_once_there_are_some(developer, path):
    assertNotContains(developer.get(PATH), "Use values of an earlier run")
    Task.objects.create(template=path, template_ref=path.ref, title="Run", actor_ref="user:default/ada")
    assertContains(developer.get(PATH), "Use values of an earlier run")


def test_form_leaves_out_a_page_behind_a_feature_flag(developer, shop):
    page = "    - {title: Beta, backstage:featureFlag: beta, properties: {b: {type: string}}}\n"
    make_template(FORM + page + LOG)
    assertContains(Form(developer).page, "Page 1 of 3")


def test_what_a_run_may_have_made_when_it_was_cut_off_is_told_as_unsure(developer, task):
    engine.run(task.pk, heartbeat=no_heartbeat)
    CreatedResource.objects.create(task=task, kind="unsure", key="repository x", title="acme/checkout")
    page = developer.get(task.get_absolute_url())
    assertContains(page, "acme/checkout")
    assertContains(page, "Unsure")
