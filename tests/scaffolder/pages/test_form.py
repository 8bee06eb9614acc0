"""The form of a golden path, page by page."""

import json

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from scaffolder import engine
from scaffolder.models import Task, Template, TemplateRevision
from tests.catalog.factories import make_entities
from tests.people import SignedIn, make_person
from tests.scaffolder.pages.paths import FORM, LOG, MAX_STATEMENTS, PATH, SECRET, SHOP, Form
from tests.scaffolder.runs import make_template, no_heartbeat, steps_of


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
