"""The portal's client and the forge, each call and each answer held against GitHub's own description."""

from datetime import UTC, datetime

import pytest

from demo.forge.organizations import Organization, Person, Team
from integrations.errors import Conflict, Invalid, NotFound, Refused
from integrations.github.records import Author, ProtectionRules, RepositoryFile

ADA = Author("Ada Novak", "ada@acme.example")
PICTURE = b"\x89PNG\r\n\x1a\n\x00\xff"


@pytest.fixture
def client(forge):
    return forge.client()


@pytest.fixture
def web(forge, client):
    """A repository with a first commit."""
    repo = forge.repo("web")
    client.create_repository(repo, description="The shop in a browser")
    return repo


def commit(client, repo, branch, files, *, message="Change"):
    """Commit files on top of a branch the way `publish:github` does, and return the commit."""
    head = client.branch(repo, branch).sha
    tree = client.create_tree(repo, files, base_tree=head)
    return client.create_commit(repo, message, tree, [head], ADA)


def test_a_repository_is_made_and_found_again(client, web):
    found = client.repository(web)
    assert (found.owner, found.name, found.description, found.private) == ("acme", "web", "The shop in a browser", True)
    assert found.default_branch == "main"
    assert found.clone_url.endswith("/acme/web.git")


def test_a_repository_that_is_not_there_is_none(forge, client):
    assert client.repository(forge.repo("nothing")) is None


def test_a_repository_of_a_person_is_made_where_the_owner_is_no_organisation(forge, client):
    assert client.create_repository(forge.repo("notes", owner="waymark")).owner == "waymark"


def test_a_taken_name_is_told_as_github_tells_it(client, web):
    with pytest.raises(Invalid) as raised:
        client.create_repository(web)
    assert "name already exists on this account" in str(raised.value)


def test_a_name_that_git_could_not_store_is_refused(forge, client):
    with pytest.raises(Invalid):
        client.create_repository(forge.repo(".."))


def test_fields_and_topics_are_changed(client, web):
    client.update_repository(web, description="Now in three languages", has_wiki=False, delete_branch_on_merge=True)
    client.replace_topics(web, ["Python", "shop"])
    found = client.repository(web)
    assert (found.description, found.topics) == ("Now in three languages", ("python", "shop"))


def test_people_and_teams_are_let_in(client, web):
    client.add_collaborator(web, "ada", "push")
    client.add_team(web, "shop", "admin")


def test_all_repositories_of_an_organisation_are_listed_over_pages(forge, client):
    for number in range(103):
        forge.store.create("acme", f"service-{number:03}")
    assert [found.name for found in client.repositories("acme")] == [f"service-{number:03}" for number in range(103)]


def test_a_list_that_is_as_it_was_is_not_sent_again(forge, client):
    for number in range(5):
        forge.store.create("acme", f"service-{number}")
    first = client.organization_repositories("acme", page_size=2)
    assert [found.name for found in first.items] == [f"service-{number}" for number in range(5)]
    forge.desk("calls", method="DELETE")
    assert client.organization_repositories("acme", page_size=2, etags=first.etags) is None
    assert forge.statuses() == [304, 304, 304]
    forge.store.create("acme", "service-5")
    changed = client.organization_repositories("acme", page_size=2, etags=first.etags)
    assert len(changed.items) == 6
    # Its last page is full: the empty one behind it tells of the next repository.
    forge.store.create("acme", "service-6")
    assert len(client.organization_repositories("acme", page_size=2, etags=changed.etags).items) == 7


def test_a_branch_whose_commit_is_known_costs_nothing_of_the_limit(forge, client, web):
    head = client.head(web, "main")
    assert client.head(web, "main", known=head) is head
    assert forge.statuses()[-1] == 304
    client.put_file(web, "a.txt", b"a", message="Add")
    assert client.head(web, "main", known=head).sha == client.branch(web, "main").sha


def test_visibility_forks_and_topics_are_told(forge, client):
    forge.store.create("acme", "core", internal=True, private=True, topics=["java"])
    forge.store.create("acme", "copy", fork=True)
    forge.store.create("acme", "own", private=True)
    found = {one.name: (one.visibility, one.fork, one.topics) for one in client.repositories("acme")}
    assert found == {
        "core": ("internal", False, ("java",)),
        "copy": ("public", True, ()),
        "own": ("private", False, ()),
    }


def test_teams_members_and_profiles_are_told(forge, client):
    forge.store.people.save("acme", acme())
    teams = client.teams("acme").items
    assert [(team.slug, team.name, team.parent) for team in teams] == [
        ("all", "Everybody", ""),
        ("shop", "Shop", "all"),
    ]
    members = client.team_members("acme", "all").items
    assert [(member.login, member.inherited) for member in members] == [("ada", True), ("lin", False)]
    assert [account.login for account in client.members("acme").items] == ["ada", "lin"]
    profile = client.profile("ada")
    assert (profile.name, profile.email, profile.bio) == ("Ada Novak", "ada@acme.example", "Builds the shop")
    assert client.profile("ada", etag=profile.etag) is None


def acme():
    people = [Person("ada", "Ada Novak", "ada@acme.example", "Builds the shop"), Person("lin", "Lin Yi")]
    teams = [Team("all", "Everybody", members=["lin"]), Team("shop", "Shop", parent="all", members=["ada"])]
    return Organization({person.login: person for person in people}, {team.slug: team for team in teams})


def test_an_organisation_that_is_not_there_is_not_found(client):
    with pytest.raises(NotFound):
        list(client.repositories("nobody"))


def test_a_commit_of_many_files_reaches_its_branch(client, web):
    files = [
        RepositoryFile("docs/index.md", "# Grüße\n".encode()),
        RepositoryFile("run.sh", b"#!/bin/sh\n", mode="100755"),
        RepositoryFile("logo.png", PICTURE),
    ]
    sha = commit(client, web, "main", files)
    client.update_ref(web, "main", sha)
    assert client.branch(web, "main").sha == sha == client.commit_sha(web, "main")
    assert client.contents(web, "docs/index.md").content == "# Grüße\n".encode()
    assert client.contents(web, "logo.png").content == PICTURE
    listed = {
        entry.path: entry.mode for entry in client.tree(web, "main", recursive=True).entries if entry.type == "blob"
    }
    assert listed == {"README.md": "100644", "docs/index.md": "100644", "run.sh": "100755", "logo.png": "100644"}


def test_a_file_is_taken_away(client, web):
    client.update_ref(web, "main", commit(client, web, "main", [RepositoryFile("README.md", None)]))
    with pytest.raises(NotFound):
        client.contents(web, "README.md")


def test_a_branch_is_made_moved_and_taken_away(client, web):
    main = client.branch(web, "main").sha
    client.create_ref(web, "feature/slots", main)
    with pytest.raises(Invalid):
        client.create_ref(web, "feature/slots", main)
    sha = commit(client, web, "feature/slots", [RepositoryFile("a.txt", b"a")])
    client.update_ref(web, "feature/slots", sha)
    assert client.branch(web, "feature/slots").sha == sha
    client.delete_ref(web, "feature/slots")
    with pytest.raises(NotFound):
        client.branch(web, "feature/slots")


def test_a_branch_does_not_lose_commits_unless_it_is_forced(client, web):
    first = client.branch(web, "main").sha
    client.update_ref(web, "main", commit(client, web, "main", [RepositoryFile("a.txt", b"a")]))
    with pytest.raises(Invalid, match="fast forward"):
        client.update_ref(web, "main", first)
    client.update_ref(web, "main", first, force=True)
    assert client.branch(web, "main").sha == first


def test_a_protected_branch_refuses_a_commit_in_each_of_both_ways(client, web):
    client.protect_branch(web, "main", ProtectionRules(required_status_check_contexts=("test",)))
    assert client.branch(web, "main").protected
    with pytest.raises(Invalid, match="pull request"):
        client.update_ref(web, "main", commit(client, web, "main", [RepositoryFile("a.txt", b"a")]))
    with pytest.raises(Conflict, match="pull request"):
        client.put_file(web, "a.txt", b"a", message="Add a", branch="main")


def test_a_protected_branch_with_a_slash_in_its_name_is_protected_too(client, web):
    client.create_ref(web, "release/1", client.branch(web, "main").sha)
    client.protect_branch(web, "release/1")
    assert client.branch(web, "release/1").protected


def test_a_pull_request_is_proposed_once_and_found_by_its_branch(client, web):
    sha = commit(client, web, "main", [RepositoryFile("a.txt", b"a")])
    client.create_ref(web, "workflows", sha)
    made = client.create_pull_request(
        web, head="workflows", base="main", title="Add workflows", body="By a golden path"
    )
    assert (made.number, made.state, made.head, made.base) == (1, "open", "workflows", "main")
    with pytest.raises(Invalid, match="already exists"):
        client.create_pull_request(web, head="workflows", base="main", title="Again")
    assert client.find_pull_request(web, "workflows") == made
    assert client.find_pull_request(web, "another") is None


def test_people_and_teams_are_asked_to_look_at_a_draft(client, web):
    client.create_ref(web, "workflows", commit(client, web, "main", [RepositoryFile("a.txt", b"a")]))
    made = client.create_pull_request(web, head="workflows", base="main", title="Add workflows", draft=True)
    client.request_reviews(web, made.number, reviewers=["lena"], teams=["platform"])
    client.assign(web, made.number, ["ada"])


def test_a_file_is_written_read_and_written_again(client, web):
    first = client.put_file(web, "docs/a b.md", b"one", message="Add a page", author=ADA)
    second = client.put_file(web, "docs/a b.md", b"two", message="Change the page", author=ADA)
    assert client.contents(web, "docs/a b.md", first).content == b"one"
    assert client.contents(web, "docs/a b.md", second).content == b"two"


def test_a_large_file_is_read_as_a_blob(client, web):
    content = b"0123456789abcdef" * 80_000
    client.put_file(web, "large.bin", content, message="Add a large file")
    assert client.contents(web, "large.bin").content == content


def test_an_unchanged_file_is_not_sent_again(client, web):
    etag = client.contents(web, "README.md").etag
    assert client.contents(web, "README.md", etag=etag) is None
    client.put_file(web, "README.md", b"changed", message="Change")
    assert client.contents(web, "README.md", etag=etag).content == b"changed"


def test_a_folder_is_no_file(client, web):
    client.put_file(web, "docs/index.md", b"x", message="Add")
    with pytest.raises(Invalid, match="not a file"):
        client.contents(web, "docs")


def test_the_history_is_told_newest_first_and_by_path(client, web):
    began = datetime.now(UTC).replace(microsecond=0)
    client.put_file(web, "a.txt", b"a", message="Add a", author=ADA)
    client.put_file(web, "b.txt", b"b", message="Add b", author=ADA)
    assert [found.message for found in client.commits(web)] == ["Add b", "Add a", "Initial commit"]
    (found,) = client.commits(web, path="a.txt", since=began)
    assert (found.message, found.author) == ("Add a", ADA)


def test_a_repository_without_commits_answers_every_call_on_git_data_with_a_conflict(forge, client):
    repo = forge.repo("empty")
    client.create_repository(repo, auto_init=False)
    with pytest.raises(Conflict, match="empty"):
        client.create_tree(repo, [RepositoryFile("a.txt", b"a")])


def test_a_wrong_token_is_refused_in_plain_words(forge):
    with pytest.raises(Refused, match="Renew it in the configuration"):
        forge.client(token="wrong").repository(forge.repo("web"))


def test_a_private_repository_does_not_exist_for_strangers(forge, client, web, settings):
    settings.WAYMARK["integrations"]["github"][0]["token"] = ""
    assert forge.client().repository(web) is None
