"""What exists: where descriptors are read from, what was read, and the entities that came of it."""

from catalog.models.apis import ApiDefinition, ApiVersion
from catalog.models.attribution import CodeOwners
from catalog.models.docs import DocsFinding, DocsPage, DocsPicture, DocsSite
from catalog.models.entities import (
    CatalogRevision,
    Entity,
    EntityQuerySet,
    Facet,
    FacetKey,
    Relation,
    Tombstone,
    address_of,
)
from catalog.models.history import EntityRevision, OwnershipSpan
from catalog.models.kinds import CustomKind, FileReference
from catalog.models.locations import PROVIDERS, Descriptor, Location, LocationQuerySet, SourceFile
from catalog.models.personal import Star, Visit
from catalog.models.searching import FruitlessTerm, SearchEntry, SearchEntryQuerySet, SearchTrigram, SearchWord

__all__ = [
    "PROVIDERS",
    "ApiDefinition",
    "ApiVersion",
    "CatalogRevision",
    "CodeOwners",
    "CustomKind",
    "Descriptor",
    "DocsFinding",
    "DocsPage",
    "DocsPicture",
    "DocsSite",
    "Entity",
    "EntityQuerySet",
    "EntityRevision",
    "Facet",
    "FacetKey",
    "FileReference",
    "FruitlessTerm",
    "Location",
    "LocationQuerySet",
    "OwnershipSpan",
    "Relation",
    "SearchEntry",
    "SearchEntryQuerySet",
    "SearchTrigram",
    "SearchWord",
    "SourceFile",
    "Star",
    "Tombstone",
    "Visit",
    "address_of",
]
