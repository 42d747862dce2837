"""App config of `common`, the lowest app: it imports only Django and libraries."""

import sys
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    name = "clicksafely.common"
    label = "common"
    verbose_name = _("Common")

    def ready(self) -> None:
        from clicksafely.common import checks, db_connections, restore_hooks  # noqa: PLC0415
        from clicksafely.common.queue import failed_tasks  # noqa: F401, PLC0415 - registers the signal handlers

        checks.register_rules(checks.RULES)
        db_connections.detect_lost_connections()
        post_migrate.connect(_grant_roles, sender=self)
        restore_hooks.register_restore_hook("clicksafely.common.database_roles.services.grant_where_roles_exist")


def _grant_roles(**_: Any) -> None:
    """After all migrations: set the privileges of the database roles, also for new tables."""
    from clicksafely.common.database_roles import services  # noqa: PLC0415

    if problem := services.grant_where_roles_exist():
        sys.stderr.write(f"{problem}\n")
