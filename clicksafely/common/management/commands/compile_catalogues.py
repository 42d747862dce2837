"""Command that compiles the message catalogues, without gettext or a database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.reloader import translation_file_changed

from clicksafely.common.i18n import message_catalogues


class Command(BaseCommand):
    help = "Write the .mo file of every catalogue that changed."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files, print their paths, and reload translations in this process, as Django's autoreloader does."""
        for locale in settings.LOCALE_PATHS:
            for written in message_catalogues.compile_catalogues(locale):
                translation_file_changed(sender=None, file_path=written)
                self.stdout.write(f"Compiled {written}")
