"""Registering, step by step, and the pull request that gives a repository its descriptor."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent
from catalog import ingest
from catalog.models import Entity, Location
from tests.catalog.factories import make_entities
from tests.catalog.pages.samples import EVIL, SHOP, STOREFRONT, component

pytestmark = pytest.mark.django_db

REGISTER = "/catalog/register/"
DRAFT = {
    "step": "review",
    "name": "wishlist",
    "description": "What a visitor wants later",
    "type": "service",
    "lifecycle": "production",
    "owner": "group:default/shop",
    "system": "system:default/storefront",
    "subject": "Add catalog-info.yaml",
    "text": "For the catalog.",
}


@pytest.fixture
def git_host(forge):
    """The forge, and a function that makes a repository of it with files."""

    def repository(name, **files):
        client, repo = forge.client(), forge.repo(name)
        client.create_repository(repo)
        for path, text in files.items():
            client.put_file(
                repo, path.replace("__", "/").replace("_info", "-info") + ".yaml", text.encode(), message="x"
            )
        return f"{forge.url}/acme/{name}"

    make_entities(SHOP + STOREFRONT, target="/test/org.yaml")
    forge.make = repository
    return forge


# -- The address -----------------------------------------------------------------------------------------------------


def test_registering_is_not_for_viewers(member):
    assert member.get(REGISTER).status_code == 404
    assert member.post(REGISTER, {"url": "https://git.example/a/b"}).status_code == 404


def test_an_address_that_is_none_comes_back_as_it_was_typed(developer):
    page = developer.get(REGISTER, {"url": "checkout please"})
    assertContains(page, 'value="checkout please"', status_code=422)
    assertContains(page, "This is no address.", status_code=422)


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest/x.yaml",
        "https://gitlab.example/shop/checkout",
        "file:///etc/passwd",
        "https://git.example/a/../b",
    ],
)
def test_an_address_that_the_portal_does_not_read_says_so_and_stores_nothing(developer, url):
    page = developer.get(REGISTER, {"url": url})
    assertContains(page, 'role="alert"', status_code=422)
    assert not Location.objects.exists()


def test_a_repository_that_is_not_there_says_so(developer, git_host):
    page = developer.get(REGISTER, {"url": f"{git_host.url}/acme/nothing"})
    assertContains(page, "There is no repository acme/nothing", status_code=422)


def test_a_host_that_is_down_says_so_and_nothing_breaks(developer, git_host):
    url = git_host.make("web", catalog_info=component("web"))
    git_host.turn_on(outage={"times": 20})
    assert developer.get(REGISTER, {"url": url}).status_code == 422


# -- Files that are there --------------------------------------------------------------------------------------------


def test_descriptors_of_a_repository_are_found_with_what_they_would_add(developer, git_host):
    url = git_host.make(
        "web", catalog_info=component("web"), services__api__catalog_info=component("ledger", owner="money")
    )
    page = developer.get(REGISTER, {"url": url})
    assert [file.path for file in page.context["registration"].analysis.files] == [
        "catalog-info.yaml",
        "services/api/catalog-info.yaml",
    ]
    assertContains(page, "Will be added")
    assertContains(page, "Not yours")
    assert not Location.objects.filter(type="url").exists()


def test_a_folder_shows_what_lies_below_it(developer, git_host):
    url = git_host.make("web", catalog_info=component("web"), services__api__catalog_info=component("api"))
    page = developer.get(REGISTER, {"url": f"{url}/tree/main/services"})
    (file,) = page.context["registration"].analysis.files
    assert file.path == "services/api/catalog-info.yaml"


def test_a_broken_descriptor_tells_line_and_cure(developer, git_host):
    url = git_host.make("web", catalog_info=component("web").replace("lifecycle", "lifecyle"))
    page = developer.get(REGISTER, {"url": url})
    assertContains(page, "Line 5, column 1:")
    assertContains(page, "<code>lifecycle:</code>")
    assertNotContains(page, "btn-primary")


def test_chosen_files_are_reviewed_and_then_registered(developer, git_host):
    url = git_host.make("web", catalog_info=component("web"), services__api__catalog_info=component("api"))
    files = [f"{url}/blob/main/catalog-info.yaml", f"{url}/blob/main/services/api/catalog-info.yaml"]
    review = developer.get(REGISTER, {"url": url, "step": "review", "file": files})
    assertContains(review, "2 locations will be registered")
    done = developer.post(REGISTER, {"url": url, "step": "review", "file": files}, follow=True)
    assert {entity.name for entity in done.context["ended"].entities} == {"web", "api"}
    assert set(Location.objects.filter(type="url").values_list("target", flat=True)) == set(files)


def test_registering_twice_ends_the_same(developer, git_host):
    url = git_host.make("web", catalog_info=component("web"))
    sent = {"url": url, "step": "review", "file": f"{url}/blob/main/catalog-info.yaml"}
    developer.post(REGISTER, sent)
    again = developer.get(REGISTER, {"url": url})
    assertContains(again, "Registered already")
    assert developer.post(REGISTER, sent).status_code == 422
    assert Location.objects.filter(type="url").count() == 1


def test_a_file_by_its_address_needs_no_choice(developer, git_host):
    url = git_host.make("web", catalog_info=component("web"))
    file = f"{url}/blob/main/catalog-info.yaml"
    assertContains(developer.get(REGISTER, {"url": file}), "1 descriptor was found")
    developer.post(REGISTER, {"url": file, "step": "review"})
    assert Entity.objects.filter(ref="component:default/web").exists()


def test_what_belongs_to_another_team_is_not_registered_by_a_forged_post(developer, git_host):
    url = git_host.make("money", catalog_info=component("ledger", owner="money"))
    sent = {"url": url, "step": "review", "file": f"{url}/blob/main/catalog-info.yaml"}
    assert developer.post(REGISTER, sent).status_code == 422
    assert not Location.objects.filter(type="url").exists()


def test_a_file_that_nobody_offered_is_not_registered(developer, git_host):
    url = git_host.make("web", catalog_info=component("web"))
    other = git_host.make("other", catalog_info=component("other"))
    sent = {"url": url, "step": "review", "file": f"{other}/blob/main/catalog-info.yaml"}
    assert developer.post(REGISTER, sent).status_code == 422
    assert not Location.objects.filter(type="url").exists()


# -- A descriptor that is to be written ------------------------------------------------------------------------------


def test_a_repository_without_a_descriptor_gets_a_form_with_its_name_and_owner(developer, git_host):
    page = developer.get(REGISTER, {"url": git_host.make("wishlist", README="x")})
    form = page.context["registration"].form
    assert (form["name"].value(), form["owner"].value()) == ("wishlist", "group:default/shop")
    assertContains(page, "github.com/project-slug")


def test_the_owner_may_come_from_codeowners(platform, git_host):
    make_entities(SHOP.replace("shop", "money").replace("Shop", "Money"), target="/test/money.yaml")
    url = git_host.make("wishlist")
    git_host.client().put_file(git_host.repo("wishlist"), ".github/CODEOWNERS", b"* @acme/money\n", message="x")
    page = platform.get(REGISTER, {"url": url})
    assert page.context["registration"].form["owner"].value() == "group:default/money"
    assertContains(page, "Team Money, as CODEOWNERS says")


def test_a_developer_is_offered_their_own_teams_alone(developer, git_host):
    make_entities(SHOP.replace("shop", "money"), target="/test/money.yaml")
    page = developer.get(REGISTER, {"url": git_host.make("wishlist")})
    owners = [value for value, _ in page.context["registration"].form.fields["owner"].choices]
    assert owners == ["", "group:default/shop"]


def test_the_preview_says_what_the_catalog_would_say_and_asks_no_host(developer, git_host):
    url = git_host.make("wishlist")
    before = len(git_host.calls())
    page = developer.get(f"{REGISTER}preview/", {**DRAFT, "source": f"{url}/tree/main", "name": "a name"})
    assertContains(page, "a name")
    assertContains(page, "1 thing to mend")
    assert len(git_host.calls()) == before


@pytest.mark.parametrize("source", ["", "x", "https://git.example/a/../b"])
def test_the_preview_of_no_repository_is_not_there(developer, source):
    assert developer.get(f"{REGISTER}preview/", {"source": source}).status_code == 404


def test_a_name_that_is_none_stays_in_the_form_with_its_line(developer, git_host):
    page = developer.get(REGISTER, {**DRAFT, "url": git_host.make("wishlist"), "name": "a name"})
    assertContains(page, "code-view__line--bad", status_code=422)
    assertContains(page, 'value="a name"', status_code=422)


def test_what_was_typed_is_never_markup_nor_more_yaml(developer, git_host):
    sent = {**DRAFT, "url": git_host.make("wishlist"), "title": EVIL, "description": "x\nspec: {owner: money}"}
    page = developer.get(REGISTER, sent)
    assertNotContains(page, "<script>alert")
    assert page.context["registration"].draft.entity()["spec"]["owner"] == "group:default/shop"


def test_the_pull_request_is_opened_and_the_place_registered_until_it_is_merged(developer, git_host):
    url = git_host.make("wishlist")
    assertContains(developer.get(REGISTER, {**DRAFT, "url": url}), "A pull request will be opened")
    done = developer.post(REGISTER, {**DRAFT, "url": url}, follow=True)
    assertContains(done, "It becomes live when the pull request is merged")
    assertContains(done, f'href="{url}/pull/1"')
    location = Location.objects.get(type="url")
    assert (location.target, location.is_optional) == (f"{url}/blob/main/catalog-info.yaml", True)
    event = AuditEvent.objects.get(event="descriptor.proposed")
    assert (event.actor_ref, event.detail["pull_request"]) == ("user:default/ada", f"{url}/pull/1")


def test_the_pull_request_holds_the_file_and_its_words(developer, git_host):
    url = git_host.make("wishlist")
    developer.post(REGISTER, {**DRAFT, "url": url})
    pull = git_host.api("GET", "/repos/acme/wishlist/pulls/1").json
    assert (pull["title"], pull["body"], pull["head"]["ref"]) == (
        "Add catalog-info.yaml",
        "For the catalog.",
        "waymark/catalog-info",
    )
    file = git_host.client().contents(git_host.repo("wishlist"), "catalog-info.yaml", "waymark/catalog-info")
    assert b"owner: group:default/shop" in file.content


def test_asking_twice_gives_the_same_pull_request(developer, git_host):
    url = git_host.make("wishlist")
    first = developer.post(REGISTER, {**DRAFT, "url": url})
    again = developer.post(REGISTER, {**DRAFT, "url": url})
    assertRedirects(again, first["Location"])
    assert len(git_host.api("GET", "/repos/acme/wishlist/pulls?state=all").json) == 1
    assert Location.objects.filter(type="url").count() == 1


def test_another_text_goes_into_the_same_pull_request(developer, git_host):
    url = git_host.make("wishlist")
    developer.post(REGISTER, {**DRAFT, "url": url})
    developer.post(REGISTER, {**DRAFT, "url": url, "description": "Something better"})
    file = git_host.client().contents(git_host.repo("wishlist"), "catalog-info.yaml", "waymark/catalog-info")
    assert b"Something better" in file.content
    assert len(git_host.api("GET", "/repos/acme/wishlist/pulls?state=all").json) == 1


def test_once_it_is_merged_the_entity_is_in_the_catalog(developer, git_host):
    url = git_host.make("wishlist")
    developer.post(REGISTER, {**DRAFT, "url": url})
    git_host.api("PUT", "/repos/acme/wishlist/pulls/1/merge", {})
    ingest.refresh(Location.objects.get(type="url").pk)
    assert Entity.objects.get(ref="component:default/wishlist").system_ref == "system:default/storefront"


def test_a_team_that_is_not_mine_cannot_be_written_by_a_forged_post(developer, git_host):
    make_entities(SHOP.replace("shop", "money"), target="/test/money.yaml")
    url = git_host.make("wishlist")
    assert developer.post(REGISTER, {**DRAFT, "url": url, "owner": "group:default/money"}).status_code == 422
    assert git_host.api("GET", "/repos/acme/wishlist/pulls?state=all").json == []
    assert not Location.objects.filter(type="url").exists()


def test_a_portal_that_only_reads_proposes_nothing(developer, git_host, settings):
    url = git_host.make("wishlist")
    settings.WAYMARK["catalog"] = {**settings.WAYMARK["catalog"], "readonly": True}
    page = developer.post(REGISTER, {**DRAFT, "url": url})
    assertContains(page, "readonly", status_code=422)
    assert git_host.api("GET", "/repos/acme/wishlist/pulls?state=all").json == []


def test_a_portal_that_only_reads_says_so_at_the_door(developer, settings):
    settings.WAYMARK = {**settings.WAYMARK, "catalog": {**settings.WAYMARK["catalog"], "readonly": True}}
    assertContains(developer.get(REGISTER), "readonly", status_code=403)


def test_a_host_that_refuses_says_why_and_nothing_is_registered(developer, git_host):
    url = git_host.make("wishlist")
    git_host.api("DELETE", "/repos/acme/wishlist")
    assert developer.post(REGISTER, {**DRAFT, "url": url}).status_code == 422
    assert not Location.objects.filter(type="url").exists()


@pytest.mark.parametrize("query", ["location=x", "location=99999999999", "location=1&pull=x", "location=&pull=1"])
def test_odd_ends_are_an_empty_page(developer, query):
    assert developer.get(f"{REGISTER}?{query}").status_code == 200
