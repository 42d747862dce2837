"""`manage.py ingest_mail`: imports one message from standard input, for the pipe of a mail server."""

import logging
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clicksafely.common.mail.imap_mailbox import FETCH_CHUNK_BYTES
from hotline.intake.email.services import MAX_BYTES, ingest_message, ingest_oversize

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Import one message from standard input. Exit status 0: stored; 75: try again later. No other status is used."
    )
    # A failed system check must not bounce a message.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Read standard input to the end, with at most MAX_BYTES in memory."""
        try:
            raw, size = _read(MAX_BYTES)
            if size > len(raw):
                ingest_oversize(head=raw[:FETCH_CHUNK_BYTES], size=size, now=timezone.now())
            else:
                ingest_message(raw=raw, now=timezone.now())
        except Exception as error:
            logger.exception("Cannot store a message; the sending server is told to retry.")
            raise CommandError("Not stored; try again later.", returncode=os.EX_TEMPFAIL) from error


def _read(limit: int) -> tuple[bytes, int]:
    """Return at most `limit` bytes of the message, and its size."""
    raw = sys.stdin.buffer.read(limit)
    size = len(raw)
    while more := sys.stdin.buffer.read(FETCH_CHUNK_BYTES):
        size += len(more)
    return raw, size
