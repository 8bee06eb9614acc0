"""Walking through pages loses and doubles nothing while entities come, go and change."""

from contextlib import contextmanager

from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.query.kept import shelf
from tests.catalog.api.conftest import names
from tests.catalog.factories import read

ENTITY = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: %s%s}
spec: {type: %s, lifecycle: production, owner: shop}
"""
TITLES = ["", ", title: A", ", title: b", ", title: C"]
TYPES = ["service", "website"]
PATH = "/entities/by-query"
QUIET = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

entity_names = st.sampled_from([f"e{number}" for number in range(12)])
looks = st.tuples(st.sampled_from(TITLES), st.sampled_from(TYPES))
catalogs = st.dictionaries(entity_names, looks, min_size=3, max_size=12)
# None: the entity goes.
changes = st.tuples(entity_names, st.one_of(st.none(), looks))
orders = st.lists(
    st.builds(
        "{},{}".format,
        st.sampled_from(["metadata.title", "spec.type", "metadata.name", "metadata.namespace"]),
        st.sampled_from(["asc", "desc"]),
    ),
    max_size=2,
)


def put(catalog):
    """Write each entity of {name: look} into a file of its own; without a look the file is empty."""
    read({f"/test/{name}.yaml": ENTITY % (name, *look) if look else "" for name, look in catalog.items()})


@contextmanager
def alone():
    """Give each example a catalog that is empty at first; what it writes is taken back."""
    cache.clear()
    shelf.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@given(catalog=catalogs, changed=st.lists(changes, min_size=1, max_size=6), order=orders, limit=st.integers(1, 4))
@QUIET
def test_what_stays_as_it_is_comes_once_and_in_order(api, db, catalog, changed, order, limit):
    ask = {"filter": "kind=component", "orderField": order}
    with alone():
        put(catalog)
        expected = [name for name in names(api.get(PATH, **ask)) if name not in dict(changed)]
        response = api.get(PATH, limit=limit, **ask)
        seen = names(response)
        waiting = list(changed)
        while "nextCursor" in response.json()["pageInfo"]:
            put(dict(waiting[:1]))
            waiting = waiting[1:]
            response = api.get(PATH, limit=limit, cursor=response.json()["pageInfo"]["nextCursor"])
            seen += names(response)

    touched = dict(changed)
    assert [name for name in seen if name not in touched] == expected


@given(catalog=catalogs, order=orders, limit=st.integers(1, 4))
@QUIET
def test_the_way_back_passes_the_same_pages(api, db, catalog, order, limit):
    with alone():
        put(catalog)
        response = api.get(PATH, limit=limit, filter="kind=component", orderField=order)
        forward = [names(response)]
        while "nextCursor" in response.json()["pageInfo"]:
            response = api.get(PATH, limit=limit, cursor=response.json()["pageInfo"]["nextCursor"])
            forward.append(names(response))
        backward = [names(response)]
        while "prevCursor" in response.json()["pageInfo"]:
            response = api.get(PATH, limit=limit, cursor=response.json()["pageInfo"]["prevCursor"])
            backward.insert(0, names(response))
    assert backward == forward
