"""Repositories, people and providers for the tests of sources."""

import copy
from datetime import UTC, datetime

from django.utils import timezone

from catalog import locations, tasks
from catalog.models import Entity, Location
from demo.forge.git import HEADS, Signature
from demo.forge.organizations import Organization, Person, Team
from tests.catalog.reading import COMPONENT


def component(name, **more):
    text = COMPONENT.replace("checkout", name)
    for key, value in more.items():
        text = text.replace(f"{key}: ", f"{key}: {value} # ")
    return text


def repository(forge, name, files=None, *, owner="acme", **fields):
    """Make a repository; without `files` it has one descriptor that is called as it."""
    made = forge.store.create(owner, name, **fields)
    if files is None:
        files = {"catalog-info.yaml": component(name)}
    if files:
        commit(forge, name, files, owner=owner)
    return made


def commit(forge, name, files, *, owner="acme", branch="main"):
    """Add a commit; a text of None takes a file away."""
    made = forge.store.get(owner, name)
    with forge.store.git(made) as git:
        head = git.refs().get(HEADS + branch)
        known = git.files(git.tree_of(head)) if head else {}
        for path, text in files.items():
            known.pop(path, None)
            if text is not None:
                known[path] = ("100644", git.add_blob(text if isinstance(text, bytes) else text.encode()))
        who = Signature("Ada", "ada@acme.example", datetime.now(UTC))
        tree = git.add_tree(known)
        sha = git.add_commit(tree=tree, parents=[head] if head else [], message="Add", author=who, committer=who)
        git.set_ref(HEADS + branch, sha)
    return sha


def address(forge, path, repo="web"):
    return f"{forge.url}/acme/{repo}/blob/main/{path}"


def configure(settings, **catalog):
    """Change `catalog` of waymark.yaml, and bring the places in line with it."""
    changed = copy.deepcopy(settings.WAYMARK)
    changed["catalog"] |= catalog
    settings.WAYMARK = changed
    locations.sync_configured()


def run_due():
    """Let the scheduler and the workers do all that is due."""
    for _ in range(10):
        due = Location.objects.claim_due(timezone.now(), until=timezone.now())
        if not due:
            return
        for location_id in due:
            tasks.refresh_location(str(location_id))


def refs(kind="component"):
    return sorted(Entity.objects.filter(kind=kind).values_list("ref", flat=True))


def forget(forge):
    """Begin to count the calls anew."""
    forge.desk("calls", method="DELETE")


def acme():
    """People and nested teams of the organization acme."""
    people = [
        Person("ada", "Ada Novak", "ada@acme.example", "Builds the shop"),
        Person("lin", "Lin Yi"),
        Person("max"),
    ]
    teams = [
        Team("engineering", "Engineering", "All who build", members=["lin"]),
        Team("shop", "Shop", parent="engineering", members=["ada"]),
    ]
    return Organization({person.login: person for person in people}, {team.slug: team for team in teams})
