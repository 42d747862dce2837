"""Compares the Serbian catalogue with the code."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clicksafely.common.i18n import message_catalogues


class Command(BaseCommand):
    help = "Add the messages of code and templates that the Serbian catalogue lacks and take out those that nothing uses. With --check: fail on what is incomplete."
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        """One flag."""
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail if a message is missing, unused, empty or fuzzy"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Works on the project's own catalogue alone."""
        path = settings.LOCALE_PATHS[0] / "sr" / "LC_MESSAGES" / "django.po"
        if not options["check"]:
            added, removed = message_catalogues.update_catalogue(path, settings.BASE_DIR)
            self.stdout.write(f"{added} messages added to {path}, {removed} that nothing uses taken out")
            return
        faults = message_catalogues.catalogue_errors(path, settings.BASE_DIR)
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write("The Serbian catalogue is complete.")
