"""What exists: where descriptors are read from, what was read, and the entities that came of it."""

from catalog.models.apis import ApiDefinition, ApiVersion
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
from catalog.models.locations import Descriptor, Location, LocationQuerySet, SourceFile

__all__ = [
    "ApiDefinition",
    "ApiVersion",
    "CatalogRevision",
    "Descriptor",
    "Entity",
    "EntityQuerySet",
    "EntityRevision",
    "Facet",
    "FacetKey",
    "Location",
    "LocationQuerySet",
    "OwnershipSpan",
    "Relation",
    "SourceFile",
    "Tombstone",
    "address_of",
]
