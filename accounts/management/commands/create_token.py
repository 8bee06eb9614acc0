import re
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import actors, tokens
from accounts.models import ApiToken
from accounts.roles import MACHINE_ROLES, PERSON_ROLES, Role

TEAM = re.compile(r"group:[a-z0-9-]{1,63}/[a-z0-9._-]{1,63}", re.ASCII)


class Command(BaseCommand):
    help = "Make an API token and print it, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what uses it, such as ci")
        parser.add_argument("--role", required=True, choices=[role.value for role in (*PERSON_ROLES, *MACHINE_ROLES)])
        parser.add_argument(
            "--team", default="", metavar="REF", help="the team that it acts for, such as group:default/shop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name, team_ref = options["name"], options["team"].lower()
        if team_ref and not TEAM.fullmatch(team_ref):
            raise CommandError(
                f"{team_ref[:100]!r} is no team. Write its full ref, such as group:default/shop.", returncode=2
            )
        try:
            ApiToken(name=name, role=options["role"], team_ref=team_ref).full_clean(exclude=["digest"])
        except ValidationError as error:
            raise CommandError(f"{name[:100]!r} cannot be made. {' '.join(error.messages)}", returncode=2) from error
        _, token = tokens.create(name, role=Role(options["role"]), team_ref=team_ref, actor=actors.system())
        self.stdout.write(token)
