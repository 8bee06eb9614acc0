import pytest

from scaffolder import engine
from scaffolder.models import Task, Template
from tests.catalog.factories import make_entities
from tests.scaffolder.pages.paths import FORM, LOG, SHOP
from tests.scaffolder.runs import make_template


@pytest.fixture
def shop(db):
    make_entities(SHOP)


@pytest.fixture
def path(shop) -> Template:
    return make_template(FORM + LOG)


@pytest.fixture
def task(developer, path) -> Task:
    return engine.submit(
        template=path,
        parameters={"owner": "group:default/shop", "name": "gift-cards"},
        actor=developer.actor,
        owner_ref="group:default/shop",
        title="Path: gift-cards",
    )
