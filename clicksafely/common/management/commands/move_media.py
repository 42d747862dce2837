"""Moves the media of a machine into the bucket."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.files.storage import move_to_bucket


class Command(BaseCommand):
    help = "Move what lies in MEDIA_ROOT of this machine into the bucket of the settings. Stop the portal first; broken off, run it again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 where something stayed."""
        if not settings.MEDIA_S3_BUCKET:
            raise CommandError("MEDIA_S3_BUCKET is not set: there is no bucket to move anything into.")
        try:
            moved = move_to_bucket(self._show)
        except StorageUnavailable as error:
            raise CommandError(
                f"The bucket does not take a file ({error}). What it has not taken lies here as before; `manage.py doctor` says more."
            ) from error
        self.stdout.write(f"{moved:,} files moved into {settings.MEDIA_S3_BUCKET}.")

    def _show(self, number: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{number:,}", ending="")
