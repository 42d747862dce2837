"""Command that compares the Serbian catalogue with the code."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clicksafely.common.i18n import message_catalogues


class Command(BaseCommand):
    help = (
        "Add missing messages of code and templates to the Serbian catalogue and remove unused ones. With "
        "--check: fail if the catalogue is incomplete."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        """Add `--check`."""
        parser.add_argument(
            "--check",
            action="store_true",
            help=("change nothing; fail if a message is missing, unused, empty or fuzzy"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Process the project's own catalogue only."""
        path = settings.LOCALE_PATHS[0] / "sr" / "LC_MESSAGES" / "django.po"
        if not options["check"]:
            added, removed = message_catalogues.update_catalogue(path, settings.BASE_DIR)
            self.stdout.write(f"{added} messages added to {path}, {removed} unused ones removed")
            return
        faults = message_catalogues.catalogue_errors(path, settings.BASE_DIR)
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write("The Serbian catalogue is complete.")
