"""Command that creates the database roles of the parts and sets their privileges; `migrate` and `restore` do the same."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from clicksafely.common.database_roles import services
from clicksafely.common.database_roles.services import RolesMissing, RoleTooPowerful


class Command(BaseCommand):
    help = "Create the missing database roles of the parts and set all privileges; run it as the owner of the database."
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        """Add `--combined`."""
        parser.add_argument(
            "--combined", action="store_true", help="also the roles of processes that are several parts"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Safe to repeat while the portal runs: the new privileges become visible together."""
        try:
            services.grant_roles(combined=options["combined"])
        except RolesMissing as error:
            raise CommandError(
                "The user of DATABASE_URL cannot create roles. Have the administrator of PostgreSQL run this, then "
                f"repeat the command:\n{error.sql}"
            ) from error
        except RoleTooPowerful as error:
            raise CommandError(str(error)) from error
        except ProgrammingError as error:
            raise CommandError(f"Run this as the owner of the database: {type(error.__cause__).__name__}.") from error
        self.stdout.write("The privileges of the database roles are set.")
