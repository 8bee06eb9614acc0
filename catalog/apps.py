from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

# What the catalog's own packages add to the entity page.
TABS = (
    "catalog.apis.entity_tabs",
    "catalog.docs.entity_tabs",
    "catalog.graphs.entity_tabs",
    "catalog.teams.entity_tabs",
)


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        import_module("catalog.custom_kinds").load()
        for module in TABS:
            import_module(module)
        # Rooms above contribute tabs and cards to the entity page, places to read from, what is done with the
        # entities of a kind, and what else can be found; the catalog does not know them.
        autodiscover_modules("entity_tabs", "descriptor_sources", "entity_processors", "search_entries")
