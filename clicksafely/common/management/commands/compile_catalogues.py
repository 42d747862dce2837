"""Compiles the message catalogues; needs neither gettext nor a database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from clicksafely.common import catalogues


class Command(BaseCommand):
    help = "Write the .mo file of every catalogue that changed."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Names what it wrote."""
        for locale in settings.LOCALE_PATHS:
            for written in catalogues.compile_catalogues(locale):
                self.stdout.write(f"Compiled {written}")
