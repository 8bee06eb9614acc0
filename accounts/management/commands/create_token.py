from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from accounts import actors, tokens
from accounts.roles import MACHINE_ROLES, PERSON_ROLES, Role


class Command(BaseCommand):
    help = "Make an API token and print it, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what uses it, such as ci")
        parser.add_argument("--role", required=True, choices=[role.value for role in (*PERSON_ROLES, *MACHINE_ROLES)])
        parser.add_argument(
            "--team", default="", metavar="REF", help="the team that it acts for, such as group:default/shop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            _, token = tokens.create(
                options["name"], role=Role(options["role"]), team_ref=options["team"], actor=actors.system()
            )
        except IntegrityError as error:
            raise CommandError(
                f"There is a token {options['name']!r} already. Choose another name, or revoke it in admin."
            ) from error
        self.stdout.write(token)
