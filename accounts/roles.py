"""The roles of persons and machines."""

from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    ANONYMOUS = "anonymous", _("anonymous")
    VIEWER = "viewer", _("viewer")
    DEVELOPER = "developer", _("developer")
    TEAM_LEAD = "team-lead", _("team lead")
    PLATFORM = "platform", _("platform engineer")
    ADMIN = "admin", _("administrator")
    INGEST = "ingest", _("event source")
    FLAG_CLIENT = "flag-client", _("feature flag client")


PERSON_ROLES = (Role.VIEWER, Role.DEVELOPER, Role.TEAM_LEAD, Role.PLATFORM, Role.ADMIN)
MACHINE_ROLES = (Role.INGEST, Role.FLAG_CLIENT)


def highest(roles: Iterable[Role]) -> Role:
    """Return the role of `roles` that may do most; viewer when there is none."""
    return max(roles, key=PERSON_ROLES.index, default=Role.VIEWER)


def may_open_admin(role: Role) -> bool:
    return role in (Role.PLATFORM, Role.ADMIN)
