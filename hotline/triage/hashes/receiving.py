"""Receives the file of a hash list."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clicksafely.common.receiving import DiskUploadHandler
from clicksafely.common.storing import Writer
from hotline.models import HashList
from hotline.triage.hashes.files import new_file

FIELD = "file"
TOO_BIG = _("This file is larger than a hash list may be. Divide it, or ask whoever runs the system.")


class ListUploadHandler(DiskUploadHandler):
    """Keeps the form's file with the lists; files of other fields are forgotten."""

    too_big = TOO_BIG

    def begin(self) -> Writer | None:
        """Where the form has one."""
        return new_file() if self.field_name == FIELD else None

    def needed(self, uuids: Collection[UUID]) -> Collection[UUID]:
        """Those that became a list's."""
        return set(HashList.objects.filter(uuid__in=uuids).values_list("uuid", flat=True))
