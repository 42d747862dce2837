"""Compiles the message catalogues; needs neither gettext nor a database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clicksafely.common import catalogues


class Command(BaseCommand):
    help = "Write the .mo file of every catalogue that changed. With --check: fail on messages that are missing or wrong in Serbian."
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        """One flag."""
        parser.add_argument("--check", action="store_true", help="report incomplete messages and fail if there are any")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile, and check if asked to."""
        for locale in settings.LOCALE_PATHS:
            for written in catalogues.compile_catalogues(locale):
                self.stdout.write(f"Compiled {written}")
            if options["check"]:
                faults = list(catalogues.faults(locale / "sr" / "LC_MESSAGES" / "django.po"))
                if faults:
                    raise CommandError("\n".join(faults))
