"""A resource of the library with the metadata of LRMI, its files, how often they were downloaded, and bundles of them."""

import uuid
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager, MultilingualQuerySet

from awareness.library.enums import (
    LONGEST_MINUTES,
    AccessibilityFeature,
    EducationalLevel,
    ResourceKind,
    ResourceLanguage,
)
from awareness.library.licences import TERMS, Licence, LicenceTerms
from awareness.library.paths import bundles_folder, files_folder, preview_of
from awareness.publishing.audiences import AgeBand, Audience
from awareness.publishing.models import Publication, goes_index
from awareness.topics.models import Topic
from clicksafely.common.serbian.scripts import localized_name

# Addresses below /resources/ that are no resource.
RESERVED_SLUGS = ("basket", "bundles", "count")
LARGEST_FILE = 512 * 1024 * 1024


def _of(choices: type[models.TextChoices]) -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=30, choices=choices), default=list, blank=True)


def _known(column: str, choices: type[models.TextChoices], *, many: bool = False, empty: bool = False) -> Q:
    if many:
        return Q(**{f"{column}__contained_by": list(choices.values)})
    return Q(**{f"{column}__in": [*choices.values, *([""] if empty else [])]})


def title_order(language: str) -> Func:
    """What resources are ordered by in a written language ("sr", "en"): the title folded, so that both scripts stand in one order."""
    title = Coalesce(NullIf("title_en", Value("")), "title_sr") if language == "en" else F("title_sr")
    return Func(title, function="clicksafely_fold", output_field=models.TextField())


class Resource(Publication):
    """One thing to learn or teach with. Texts are written in `sr` and `en`; `use_in_class` and `description` are rich text. `uses` is recounted hourly out of `DownloadCount`."""

    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("in one sentence"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    use_in_class = models.TextField(_("how to use it in class"), blank=True)
    teaches = models.CharField(_("what one learns"), max_length=300, blank=True)
    keywords = models.CharField(_("keywords"), max_length=300, blank=True, help_text=_("Separated by commas."))
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), related_name="resources", blank=True)
    kind = models.CharField(_("kind of resource"), max_length=30, choices=ResourceKind)
    audiences = _of(Audience)
    ages = _of(AgeBand)
    levels = _of(EducationalLevel)
    features = _of(AccessibilityFeature)
    language = models.CharField(_("language and script"), max_length=10, choices=ResourceLanguage)
    licence = models.CharField(
        _("licence"), max_length=40, choices=Licence, blank=True, help_text=_("Nothing is published without one.")
    )
    creator = models.CharField(_("author"), max_length=200, blank=True)
    creator_en = models.CharField(
        _("author, in English"),
        max_length=200,
        blank=True,
        help_text=_("Empty: English pages write the name in Latin letters."),
    )
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    publisher_en = models.CharField(
        _("publisher, in English"),
        max_length=200,
        blank=True,
        help_text=_("Empty: English pages write the name in Latin letters."),
    )
    version = models.CharField(_("version"), max_length=40, blank=True)
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("replaces"),
        on_delete=models.SET_NULL,
        related_name="replaced_by",
        null=True,
        blank=True,
        help_text=_("The older version, which then leads here."),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes it takes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MINUTES)],
    )
    is_based_on = models.CharField(
        _("based on"), max_length=300, blank=True, help_text=_("An address (https://…), or the name of a work.")
    )
    parts = models.ManyToManyField(
        "self", verbose_name=_("parts"), symmetrical=False, related_name="part_of", blank=True
    )
    uses = models.PositiveIntegerField(default=0, editable=False)

    versioned_parts: ClassVar[tuple[str, ...]] = ("files",)
    soft_deleted_parts: ClassVar[dict[str, str]] = {"files": "uuid"}
    unversioned_fields: ClassVar[frozenset[str]] = frozenset({"uses"})

    class Meta(Publication.Meta):
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ("-published_at", "-id")
        constraints = (  # type: ignore[assignment]
            *Publication.Meta.constraints,
            models.CheckConstraint(
                condition=Q(published_at=None) | ~Q(licence=""),
                name="resource_published_with_licence",
                violation_error_message=_("Nothing is published without a licence: choose one."),
            ),
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS),
                name="resource_slug_not_reserved",
                violation_error_message=_("This address belongs to another page. Choose a different one."),
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(replaces=F("id")),
                name="resource_replaces_another",
                violation_error_message=_("A resource cannot replace itself."),
            ),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__range=(1, LONGEST_MINUTES)), name="resource_minutes_sensible"
            ),
            models.CheckConstraint(condition=_known("kind", ResourceKind), name="resource_kind_known"),
            models.CheckConstraint(condition=_known("language", ResourceLanguage), name="resource_language_known"),
            models.CheckConstraint(condition=_known("licence", Licence, empty=True), name="resource_licence_known"),
            models.CheckConstraint(condition=_known("audiences", Audience, many=True), name="resource_audiences_known"),
            models.CheckConstraint(condition=_known("ages", AgeBand, many=True), name="resource_ages_known"),
            models.CheckConstraint(
                condition=_known("levels", EducationalLevel, many=True), name="resource_levels_known"
            ),
            models.CheckConstraint(
                condition=_known("features", AccessibilityFeature, many=True), name="resource_features_known"
            ),
        )
        indexes = (
            # Facets are counted over all resources at once: this holds what they need, a tenth of what a row weighs.
            models.Index(
                fields=("published_at", "id"),
                include=("withdrawn_at", "audiences", "ages", "kind", "language", "licence", "minutes"),
                name="resource_facets",
            ),
            GinIndex(fields=("audiences",), name="resource_audiences"),
            GinIndex(fields=("ages",), name="resource_ages"),
            models.Index(fields=("-uses", "-published_at", "-id"), name="resource_most_used"),
            models.Index(title_order("sr"), "id", name="resource_title_sr"),
            models.Index(title_order("en"), "id", name="resource_title_en"),
            goes_index("resource_goes"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def creator_name(self) -> str:
        """The author as pages in the active language write the name."""
        return localized_name(self.creator, self.creator_en)

    @property
    def publisher_name(self) -> str:
        """The publisher, likewise."""
        return localized_name(self.publisher, self.publisher_en)

    @property
    def terms(self) -> LicenceTerms | None:
        """What the licence says; None for a draft without one."""
        return TERMS.get(self.licence)


class PresentManager(MultilingualManager[Any]):
    """Files that their resource has now."""

    def get_queryset(self) -> MultilingualQuerySet[Any]:
        return super().get_queryset().filter(removed_at=None)


class ResourceFile(models.Model):
    """One file of a resource, under MEDIA_ROOT/library. What it is was found out from its content. `size` in bytes, `sha256` in hex.

    One that was taken away (`removed_at`) is shown nowhere and stays, because versions of its resource name it: it leaves the disk with the
    resource. `objects` are all of them, `present` (and `Resource.files`) those that are shown.
    """

    resource = models.ForeignKey(Resource, verbose_name=_("resource"), on_delete=models.CASCADE, related_name="files")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("file name"), max_length=120)
    label = models.CharField(
        _("what it is"), max_length=160, blank=True, help_text=_("For example: worksheet for pupils.")
    )
    media_type = models.CharField(_("type"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    pages = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    has_preview = models.BooleanField(default=False, editable=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    added_at = models.DateTimeField(_("added"), editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = MultilingualManager()
    present = PresentManager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ("order", "id")
        default_manager_name = "present"
        constraints = (
            models.UniqueConstraint(
                fields=("resource", "name"),
                condition=Q(removed_at=None),
                name="file_name_once_in_a_resource",
                violation_error_message=_("This resource already has a file of this name."),
            ),
            models.CheckConstraint(condition=Q(size__range=(1, LARGEST_FILE)), name="file_size_in_bounds"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_sha256_is_one"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Where its bytes lie."""
        return files_folder() / str(self.uuid)

    @property
    def preview_path(self) -> Path:
        """Where the picture of its first page lies."""
        return preview_of(self.path)


class DownloadCount(models.Model):
    """How often a file was downloaded on a day (Belgrade): a number, and nothing about who."""

    file = models.ForeignKey(ResourceFile, on_delete=models.CASCADE, related_name="downloads")
    day = models.DateField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("file", "day"), name="one_count_a_file_and_day"),)

    def __str__(self) -> str:
        return f"{self.day} {self.count}"


class BundleState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")


class Bundle(models.Model):
    """One zip of several resources in one language. `key` (SHA-256, hex) stands for all that is in it, so the same wish finds it again. `done` and `total` in bytes."""

    key = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=7, choices=settings.LANGUAGES)
    resources = ArrayField(models.BigIntegerField())
    licences = models.TextField()
    state = models.CharField(max_length=8, choices=BundleState, default=BundleState.WAITING)
    total = models.PositiveBigIntegerField()
    done = models.PositiveBigIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField()
    used_at = models.DateTimeField(db_index=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(key__regex=r"^[0-9a-f]{64}$"), name="bundle_key_is_sha256"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="bundle_done_within_total"),
            models.CheckConstraint(condition=Q(state__in=BundleState.values), name="bundle_state_known"),
        )

    def __str__(self) -> str:
        return self.key

    @property
    def path(self) -> Path:
        """Where the zip lies once it is ready."""
        return bundles_folder() / f"{self.key}.zip"

    @property
    def percent(self) -> int:
        """How far it is."""
        return 100 if self.state == BundleState.READY else min(99, 100 * self.done // max(self.total, 1))
