from typing import Any

from django.core.management.base import BaseCommand

from scaffolder import engine


class Command(BaseCommand):
    help = "One pass of the reconciler: rings for runs that wait, ends those that are out of time or to be cancelled."

    def handle(self, *args: Any, **options: Any) -> None:
        found = engine.reconcile()
        self.stdout.write(
            f"rung {found.rung}, cancelled {found.cancelled}, timed out {found.timed_out}, "
            f"folders removed {found.folders_removed}"
        )
