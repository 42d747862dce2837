"""Command that moves the media of a machine to the bucket."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.files.storage import move_to_bucket


class Command(BaseCommand):
    help = (
        "Move the files of MEDIA_ROOT to the configured bucket. Stop the portal first; after an "
        "interruption, run it again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit with 1 if files remain."""
        if not settings.MEDIA_S3_BUCKET:
            raise CommandError("MEDIA_S3_BUCKET is not set: there is no bucket to move files to.")
        try:
            moved = move_to_bucket(self._show)
        except StorageUnavailable as error:
            raise CommandError(
                f"The bucket rejected a file ({error}). The remaining files are unchanged in MEDIA_ROOT; `manage.py doctor` gives details."
            ) from error
        self.stdout.write(f"{moved:,} files moved into {settings.MEDIA_S3_BUCKET}.")

    def _show(self, number: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{number:,}", ending="")
