"""Hash lists: digests of known files that others gave us, a row for each version of a list, and which of our files matched."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models.file_hashes import FileHash

# PDQ's authors hold two pictures with at most so many different bits (of 256) for the same:
# https://github.com/facebook/ThreatExchange/blob/main/hashing/hashing.pdf
PDQ_THRESHOLD = 31
FILE_ENDING = ".list"


class Algorithm(models.IntegerChoices):
    """The digests that lists hold; the names are those of the columns of FileHash in capitals."""

    MD5 = 1, "MD5"
    SHA1 = 2, "SHA-1"
    SHA256 = 3, "SHA-256"
    PDQ = 4, "PDQ"


DIGEST_BYTES = {Algorithm.MD5: 16, Algorithm.SHA1: 20, Algorithm.SHA256: 32, Algorithm.PDQ: 32}


class ListLayout(models.TextChoices):
    """How a list's file is laid out: one kind of digest, one a line; or columns with a header line."""

    MD5 = "md5", pgettext_lazy("hash list", "MD5, one a line")
    SHA1 = "sha1", pgettext_lazy("hash list", "SHA-1, one a line")
    SHA256 = "sha256", pgettext_lazy("hash list", "SHA-256, one a line")
    PDQ = "pdq", pgettext_lazy("hash list", "PDQ, one a line")
    CSV = "csv", pgettext_lazy("hash list", "CSV with a header line")


class ListMeaning(models.TextChoices):
    """What follows from a match; never that something is illegal, which people decide."""

    CSAM = "csam", pgettext_lazy("hash list", "sexual abuse of children: pictures are locked")
    OTHER = "other", pgettext_lazy("hash list", "something else: the case becomes more urgent")


class UnlockReason(models.TextChoices):
    """Why a picture that a list has locked is freed."""

    SIMILAR = "similar", pgettext_lazy("picture unlocked", "it only resembles a listed picture")
    WRONG_LIST = "wrong_list", pgettext_lazy("picture unlocked", "the list named it by mistake")


class ListState(models.TextChoices):
    """The life of one version of a list. Only an active one is held against files."""

    WAITING = "waiting", pgettext_lazy("hash list", "waits for import")
    IMPORTING = "importing", pgettext_lazy("hash list", "is being imported")
    REFUSED = "refused", pgettext_lazy("hash list", "not imported")
    ACTIVE = "active", pgettext_lazy("hash list", "in use")
    OFF = "off", pgettext_lazy("hash list", "switched off")
    REMOVING = "removing", pgettext_lazy("hash list", "is being removed")
    REMOVED = "removed", pgettext_lazy("hash list", "removed")


class HashList(models.Model):
    """One version of a list. `label` is the source's own word for what it holds, such as "INHOPE baseline".

    `entries` counts digests, each once, `counts` the same by the code of `ListLayout`, `duplicates` those that came again. `problems` is
    [[line, code]] with the codes of `hotline.triage.hash_lists.list_parser.FileProblem`. `lease` is whoever imports or removes at the moment.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    source = models.CharField(_("source"), max_length=120)
    label = models.CharField(_("the source's label"), max_length=60)
    meaning = models.CharField(_("what it lists"), max_length=8, choices=ListMeaning, default=ListMeaning.CSAM)
    layout = models.CharField(_("layout of the file"), max_length=8, choices=ListLayout)
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
    # Bytes read so far, of twice the file: it is read to be checked, then to be stored.
    done_bytes = models.PositiveBigIntegerField(default=0)
    lease = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("hash list")
        verbose_name_plural = _("hash lists")
        permissions = [("manage_hash_lists", "Can import, switch and remove hash lists")]
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
        """How far the import has come, 0 to 100."""
        return min(100, self.done_bytes * 50 // max(1, self.file_size))

    @property
    def file(self) -> Path:
        """Where the file lies until it is imported."""
        return lists_folder() / f"{self.uuid}{FILE_ENDING}"

    @property
    def pdq_file(self) -> Path:
        """Where the PDQ hashes of the list lie packed, 32 bytes each, for whoever compares with them."""
        return lists_folder() / f"{self.uuid}.pdq"


def lists_folder() -> Path:
    """The folder of the lists' files, shared by the staff door and the worker."""
    return Path(settings.MEDIA_ROOT) / "hash-lists"


class ListedHash(models.Model):
    """One digest of a list. The key leads with the list: a version is written, looked up and erased by itself.

    No foreign key in the database: its trigger would fire for each of ten million rows.
    """

    pk = models.CompositePrimaryKey("hash_list", "algorithm", "digest")
    hash_list = models.ForeignKey(
        HashList, on_delete=models.DO_NOTHING, related_name="hashes", db_index=False, db_constraint=False
    )
    algorithm = models.PositiveSmallIntegerField(choices=Algorithm)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Exact(
                    Length("digest"),
                    Case(
                        *[When(algorithm=code.value, then=Value(size)) for code, size in DIGEST_BYTES.items()],
                        default=Value(-1),
                    ),
                ),
                name="listed_hash_length",
            )
        ]

    def __str__(self) -> str:
        return f"{Algorithm(self.algorithm).label} of list {self.hash_list_id}"


class HashMatch(models.Model):
    """That a file is on a list: `distance` is 0 where a digest is equal, else the number of different bits of PDQ."""

    file_hash = models.ForeignKey(FileHash, on_delete=models.CASCADE, related_name="matches")
    hash_list = models.ForeignKey(
        HashList, verbose_name=_("hash list"), on_delete=models.PROTECT, related_name="matches"
    )
    algorithm = models.PositiveSmallIntegerField(_("digest"), choices=Algorithm)
    distance = models.PositiveSmallIntegerField(_("distance"), default=0)
    matched_at = models.DateTimeField(_("matched"))

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
