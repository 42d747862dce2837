"""Takes in one message from standard input, for a mail server's pipe."""

import logging
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clicksafely.common.mail.imap_mailbox import FETCH_CHUNK_BYTES
from hotline.intake.email.services import ingest_message, ingest_oversize

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Take in one message from standard input. Exit status 0: it is kept; 75: try again later. Never another, whatever the message is."
    # A warning about some setting must not send a message back.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Reads to the end, and keeps no more of it in memory than MAIL_MAX_BYTES."""
        try:
            raw, size = _read(settings.MAIL_MAX_BYTES)
            if size > len(raw):
                ingest_oversize(head=raw[:FETCH_CHUNK_BYTES], size=size, now=timezone.now())
            else:
                ingest_message(raw=raw, now=timezone.now())
        except Exception as error:
            logger.exception("A message could not be taken in; its sender's server is asked to keep it.")
            raise CommandError("Not kept; try again later.", returncode=os.EX_TEMPFAIL) from error


def _read(limit: int) -> tuple[bytes, int]:
    """The message, at most `limit` bytes of it, and its size."""
    raw = sys.stdin.buffer.read(limit)
    size = len(raw)
    while more := sys.stdin.buffer.read(FETCH_CHUNK_BYTES):
        size += len(more)
    return raw, size
