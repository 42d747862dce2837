"""Hash lists from other organisations, a row for each version, and matches with files of reports."""

import uuid
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.crypto.key_rotation import SealedColumn
from hotline import data_inventory
from hotline.models.file_hashes import FileHash

# PDQ's authors treat two pictures as equal up to this number of different bits (of 256):
# https://github.com/facebook/ThreatExchange/blob/main/hashing/hashing.pdf
PDQ_THRESHOLD = 31
FILE_ENDING = ".list"


class Algorithm(models.IntegerChoices):
    """Algorithms of listed hashes; the names are those of FileHash's columns in upper case."""

    MD5 = 1, "MD5"
    SHA1 = 2, "SHA-1"
    SHA256 = 3, "SHA-256"
    PDQ = 4, "PDQ"


DIGEST_BYTES = {Algorithm.MD5: 16, Algorithm.SHA1: 20, Algorithm.SHA256: 32, Algorithm.PDQ: 32}
EXACT = (Algorithm.MD5, Algorithm.SHA1, Algorithm.SHA256)
# Keyed digests, and PDQ.
STORED_BYTES = 32


class ListLayout(models.TextChoices):
    """Layout of a list file: one hash a line of one algorithm, or columns with a header line."""

    MD5 = "md5", pgettext_lazy("hash list", "MD5, one per line")
    SHA1 = "sha1", pgettext_lazy("hash list", "SHA-1, one per line")
    SHA256 = "sha256", pgettext_lazy("hash list", "SHA-256, one per line")
    PDQ = "pdq", pgettext_lazy("hash list", "PDQ, one per line")
    CSV = "csv", pgettext_lazy("hash list", "CSV with a header line")


class ListMeaning(models.TextChoices):
    """Consequence of a match. A match never makes content illegal: that is an assessment by people."""

    CSAM = "csam", pgettext_lazy("hash list", "child sexual abuse material: pictures are locked")
    OTHER = "other", pgettext_lazy("hash list", "other: the priority of the case is raised")


class UnlockReason(models.TextChoices):
    """Reasons to unlock a picture that a list has locked."""

    SIMILAR = "similar", pgettext_lazy("picture unlocked", "it only resembles a listed picture")
    WRONG_LIST = "wrong_list", pgettext_lazy("picture unlocked", "it is on the list by mistake")


class ListState(models.TextChoices):
    """States of one version of a list. Only active versions are matched."""

    WAITING = "waiting", pgettext_lazy("hash list", "waiting for import")
    IMPORTING = "importing", pgettext_lazy("hash list", "is being imported")
    REFUSED = "refused", pgettext_lazy("hash list", "not imported")
    ACTIVE = "active", pgettext_lazy("hash list", "in use")
    OFF = "off", pgettext_lazy("hash list", "switched off")
    REMOVING = "removing", pgettext_lazy("hash list", "is being removed")
    REMOVED = "removed", pgettext_lazy("hash list", "removed")


class HashList(models.Model):
    """One version of a list. `label` is the source's own name for its content, such as "INHOPE baseline".

    `entries` counts distinct hashes, `counts` the same by `ListLayout` code, `duplicates` repeated entries.
    `problems` is [[line, code]] with codes of `hotline.triage.hash_lists.list_parser.FileProblem`. `lease` is the
    token of the running import or removal.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    source = models.CharField(_("source"), max_length=120)
    label = models.CharField(_("source's label"), max_length=60)
    meaning = models.CharField(_("listed content"), max_length=8, choices=ListMeaning, default=ListMeaning.CSAM)
    layout = models.CharField(_("file format"), max_length=8, choices=ListLayout)
    state = models.CharField(_("state"), max_length=12, choices=ListState, default=ListState.WAITING)
    file_size = models.PositiveBigIntegerField(_("size in bytes"))
    file_digest = models.BinaryField(max_length=32)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("imported by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    arrived_at = models.DateTimeField(_("arrived"))
    imported_at = models.DateTimeField(_("imported"), null=True)
    entries = models.PositiveIntegerField(_("hashes"), default=0)
    counts = models.JSONField(default=dict)
    duplicates = models.PositiveIntegerField(_("duplicates"), default=0)
    problem_count = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    # Bytes read so far, of twice the file size: the file is read once to check it and once to store it.
    done_bytes = models.PositiveBigIntegerField(default=0)
    lease = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)

    impersonal_fields: ClassVar = "name source label counts problems"
    field_inventory: ClassVar = {
        (data_inventory.DIGEST, data_inventory.UNTIL_CHANGED): "file_digest",
        (data_inventory.STAFF, data_inventory.UNTIL_CHANGED): "imported_by",
    }

    class Meta:
        verbose_name = _("hash list")
        verbose_name_plural = _("hash lists")
        permissions = [("manage_hash_lists", _("Can import, switch and remove hash lists"))]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ListState.values), name="hash_list_state_known"),
            models.UniqueConstraint(fields=["name"], condition=Q(state="active"), name="hash_list_one_active_version"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(state__in=["waiting", "importing"]), name="hash_list_one_import_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["active", "off"]) | Q(imported_at__isnull=False, entries__gt=0),
                name="hash_list_in_use_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> int:
        """Progress of the import, 0 to 100."""
        return min(100, self.done_bytes * 50 // max(1, self.file_size))

    @property
    def file(self) -> Path:
        """Path of the list file until it is imported."""
        return lists_folder() / f"{self.uuid}{FILE_ENDING}"


def lists_folder() -> Path:
    """Return the folder of list files, shared by the staff site and the worker."""
    return Path(settings.MEDIA_ROOT) / "hash-lists"


class ListedHash(models.Model):
    """The keyed digest of one exact hash of a list (see `digests.keyed_digest`).

    The list is the first column of the key. One version is therefore written, queried and erased on its own. There is
    no foreign key in the database, because its trigger would fire for each of ten million rows.
    """

    pk = models.CompositePrimaryKey("hash_list", "algorithm", "digest")
    hash_list = models.ForeignKey(
        HashList, on_delete=models.DO_NOTHING, related_name="hashes", db_index=False, db_constraint=False
    )
    algorithm = models.PositiveSmallIntegerField(choices=Algorithm)
    digest = models.BinaryField(max_length=32)

    field_inventory: ClassVar = {
        (data_inventory.DIGEST, data_inventory.UNTIL_REPLACED): "digest",
        (data_inventory.CODES, data_inventory.UNTIL_REPLACED): "hash_list algorithm",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(Exact(Length("digest"), STORED_BYTES), algorithm__in=EXACT), name="listed_hash_length"
            )
        ]

    def __str__(self) -> str:
        return f"{Algorithm(self.algorithm).label} of list {self.hash_list_id}"


class ListedPdq(models.Model):
    """PDQ hashes of a list, 32 bytes each, sealed together. Similar pictures have similar hashes, so they have no keyed digest."""

    hash_list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="pdq_blocks")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sealed = models.BinaryField(editable=False)

    HASHES = SealedColumn(ring="hotline", column="sealed", table="hotline_listedpdq", field="hashes")
    sealed_fields = (HASHES,)

    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.UNTIL_REPLACED): "sealed",
        (data_inventory.CODES, data_inventory.UNTIL_REPLACED): "hash_list",
    }

    class Meta:
        verbose_name = _("PDQ hash of a list")
        verbose_name_plural = _("PDQ hashes of lists")

    def __str__(self) -> str:
        return f"PDQ of list {self.hash_list_id}"


class HashMatch(models.Model):
    """A match of a file with a list. `distance` is 0 for equal hashes, otherwise the number of different PDQ bits."""

    file_hash = models.ForeignKey(FileHash, on_delete=models.CASCADE, related_name="matches")
    hash_list = models.ForeignKey(
        HashList, verbose_name=_("hash list"), on_delete=models.PROTECT, related_name="matches"
    )
    algorithm = models.PositiveSmallIntegerField(_("hash type"), choices=Algorithm)
    distance = models.PositiveSmallIntegerField(_("distance"), default=0)
    matched_at = models.DateTimeField(_("matched"))

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.KEPT): "file_hash hash_list algorithm distance matched_at",
    }

    class Meta:
        verbose_name = _("hash match")
        verbose_name_plural = _("hash matches")
        constraints = [
            models.UniqueConstraint(fields=["file_hash", "hash_list"], name="one_match_a_file_and_list"),
            models.CheckConstraint(
                condition=Q(distance=0) | Q(algorithm=Algorithm.PDQ.value, distance__lte=PDQ_THRESHOLD),
                name="hash_match_distance",
            ),
        ]

    def __str__(self) -> str:
        return str(_("file %(file)s on list %(list)s") % {"file": self.file_hash_id, "list": self.hash_list_id})
