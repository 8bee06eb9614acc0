from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScaffolderConfig(AppConfig):
    name = "scaffolder"
    verbose_name = _("Golden paths")

    def ready(self) -> None:
        from accounts import approvals
        from scaffolder.engine import waking

        approvals.follow("run", waking.wake)
