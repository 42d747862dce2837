"""Models of the library: resources with LRMI metadata, their files, download counts, and zip bundles."""

import uuid
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager, MultilingualQuerySet

from awareness.library.enums import (
    MAX_MINUTES,
    AccessibilityFeature,
    EducationalLevel,
    ResourceKind,
    ResourceLanguage,
)
from awareness.library.licences import TERMS, Licence, LicenceTerms
from awareness.library.paths import bundles_folder, files_folder, preview_of
from awareness.publishing.audiences import AgeBand, Audience
from awareness.publishing.models import CheckedRecord, Publication, goes_index
from awareness.topics.models import Topic
from clicksafely.common import data_inventory
from clicksafely.common.i18n.language import ENGLISH, SERBIAN, SERBIAN_LATIN
from clicksafely.common.serbian.alphabet import order_column
from clicksafely.common.serbian.scripts import localized_name

# Path segments below /resources/ that other views use.
RESERVED_SLUGS = ("basket", "bundles", "count")
MAX_FILE_BYTES = 512 * 1024 * 1024


def _of(choices: type[models.TextChoices]) -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=30, choices=choices), default=list, blank=True)


def _in_choices(column: str, choices: type[models.TextChoices], *, many: bool = False, empty: bool = False) -> Q:
    if many:
        return Q(**{f"{column}__contained_by": list(choices.values)})
    return Q(**{f"{column}__in": [*choices.values, *([""] if empty else [])]})


def title_order(language: str) -> Any:
    """Return an expression that sorts by the title on a page in `language` (a code of LANGUAGES)."""
    return order_column(
        Coalesce(NullIf("title_en", Value("")), "title_sr") if language == ENGLISH else "title_sr", language
    )


class Resource(CheckedRecord, Publication):
    """A teaching resource. Texts have versions in `sr` and `en`; `use_in_class` and `description` are rich text.

    `uses` is recounted hourly from `DownloadCount`.
    """

    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("in one sentence"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    use_in_class = models.TextField(_("how to use it in class"), blank=True)
    teaches = models.CharField(_("learning outcomes"), max_length=300, blank=True)
    keywords = models.CharField(_("keywords"), max_length=300, blank=True, help_text=_("Separated by commas."))
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), related_name="resources", blank=True)
    kind = models.CharField(_("kind of resource"), max_length=30, choices=ResourceKind)
    audiences = _of(Audience)
    ages = _of(AgeBand)
    levels = _of(EducationalLevel)
    features = _of(AccessibilityFeature)
    language = models.CharField(_("language and script"), max_length=10, choices=ResourceLanguage)
    # Of further files with the same content.
    other_languages = _of(ResourceLanguage)
    licence = models.CharField(
        _("licence"), max_length=40, choices=Licence, blank=True, help_text=_("Required for publication.")
    )
    creator = models.CharField(_("author"), max_length=200, blank=True)
    creator_en = models.CharField(
        _("author, in English"),
        max_length=200,
        blank=True,
        help_text=_("If this is empty, English pages show the name in Latin script."),
    )
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    publisher_en = models.CharField(
        _("publisher, in English"),
        max_length=200,
        blank=True,
        help_text=_("If this is empty, English pages show the name in Latin script."),
    )
    version = models.CharField(_("version"), max_length=40, blank=True)
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("replaces"),
        on_delete=models.SET_NULL,
        related_name="replaced_by",
        null=True,
        blank=True,
        help_text=_("The older version, which will link to this one."),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes it takes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_MINUTES)],
    )
    is_based_on = models.CharField(
        _("based on"), max_length=300, blank=True, help_text=_("A web address (https://…) or the title of a work.")
    )
    parts = models.ManyToManyField(
        "self", verbose_name=_("parts"), symmetrical=False, related_name="part_of", blank=True
    )
    quiz = models.ForeignKey(
        "quizzes.Quiz",
        verbose_name=_("class quiz"),
        on_delete=models.SET_NULL,
        related_name="lesson_plans",
        null=True,
        blank=True,
        # Read backwards only when a quiz is deleted.
        db_index=False,
        help_text=_("The quiz that a lesson plan uses. The page of the lesson then offers this one."),
    )
    approval_note = models.TextField(
        _("note for approval"),
        blank=True,
        default="",
        db_default="",
        help_text=_("What to check before the text is approved. Visitors do not see it."),
    )
    uses = models.PositiveIntegerField(default=0, editable=False)

    impersonal_fields: ClassVar = (
        "slug title summary description use_in_class teaches keywords publisher publisher_en version is_based_on "
        "approval_note"
    )
    field_inventory: ClassVar = {(data_inventory.AUTHOR, data_inventory.WITH_THE_PAGE): "creator creator_en"}

    versioned_parts: ClassVar[tuple[str, ...]] = ("files",)
    soft_deleted_parts: ClassVar[dict[str, str]] = {"files": "uuid"}
    unversioned_fields: ClassVar[frozenset[str]] = frozenset({"uses"})
    often_checked = Q(kind=ResourceKind.GUIDE)

    class Meta(Publication.Meta):
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ("-published_at", "-id")
        constraints = (  # type: ignore[assignment]
            *Publication.Meta.constraints,
            models.CheckConstraint(
                condition=Q(published_at=None) | ~Q(licence=""),
                name="resource_published_with_licence",
                violation_error_message=_("Choose a licence before you publish the resource."),
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | ~Q(kind=ResourceKind.GUIDE) | Q(checked_on__isnull=False),
                name="resource_guide_published_when_checked",
                violation_error_message=_("Check each step of the guide and enter the day before you publish it."),
            ),
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS),
                name="resource_slug_not_reserved",
                violation_error_message=_("Another page uses this address. Choose a different one."),
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(replaces=F("id")),
                name="resource_replaces_another",
                violation_error_message=_("A resource cannot replace itself."),
            ),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__range=(1, MAX_MINUTES)), name="resource_minutes_sensible"
            ),
            models.CheckConstraint(condition=_in_choices("kind", ResourceKind), name="resource_kind_known"),
            models.CheckConstraint(condition=_in_choices("language", ResourceLanguage), name="resource_language_known"),
            models.CheckConstraint(
                condition=_in_choices("other_languages", ResourceLanguage, many=True),
                name="resource_other_languages_known",
            ),
            models.CheckConstraint(
                condition=_in_choices("licence", Licence, empty=True), name="resource_licence_known"
            ),
            models.CheckConstraint(
                condition=_in_choices("audiences", Audience, many=True), name="resource_audiences_known"
            ),
            models.CheckConstraint(condition=_in_choices("ages", AgeBand, many=True), name="resource_ages_known"),
            models.CheckConstraint(
                condition=_in_choices("levels", EducationalLevel, many=True), name="resource_levels_known"
            ),
            models.CheckConstraint(
                condition=_in_choices("features", AccessibilityFeature, many=True), name="resource_features_known"
            ),
        )
        indexes = (
            # Covers the facet counts, which read all resources. It is a tenth of the size of the table.
            models.Index(
                fields=("published_at", "id"),
                include=(
                    "withdrawn_at",
                    "audiences",
                    "ages",
                    "kind",
                    "language",
                    "other_languages",
                    "licence",
                    "minutes",
                ),
                name="resource_facets",
            ),
            GinIndex(fields=("audiences",), name="resource_audiences"),
            GinIndex(fields=("ages",), name="resource_ages"),
            models.Index(fields=("-uses", "-published_at", "-id"), name="resource_most_used"),
            models.Index(title_order(SERBIAN), "id", name="resource_title_cyrillic"),
            models.Index(title_order(SERBIAN_LATIN), "id", name="resource_title_latin"),
            models.Index(title_order(ENGLISH), "id", name="resource_title_en"),
            goes_index("resource_goes"),
        )

    def __str__(self) -> str:
        return self.title

    def publication_faults(self) -> dict[str, str]:
        """Return what must be corrected before publication: a licence is required, and a guide must be checked."""
        found = {}
        if not self.licence:
            found["licence"] = _("Choose a licence before you publish the resource.")
        if self.kind == ResourceKind.GUIDE and not self.checked_on:
            found["checked_on"] = _("Check each step of the guide and enter the day before you publish it.")
        return {field: str(message) for field, message in found.items()}

    @property
    def languages(self) -> list[str]:
        """Return the labels of all languages and scripts of the files, the main one first."""
        codes = dict.fromkeys([self.language, *self.other_languages])
        return [str(ResourceLanguage(code).label) for code in codes]

    @property
    def creator_name(self) -> str:
        """Return the author's name in the active language and script."""
        return localized_name(self.creator, self.creator_en)

    @property
    def publisher_name(self) -> str:
        """Return the publisher's name in the active language and script."""
        return localized_name(self.publisher, self.publisher_en)

    @property
    def terms(self) -> LicenceTerms | None:
        """Return the terms of the licence; None for a draft without one."""
        return TERMS.get(self.licence)


class PresentManager(MultilingualManager[Any]):
    """Files that are not removed."""

    def get_queryset(self) -> MultilingualQuerySet[Any]:
        return super().get_queryset().filter(removed_at=None)


class ResourceFile(models.Model):
    """A file of a resource, under MEDIA_ROOT/library. `media_type` is detected from the content.

    `size` is in bytes, `sha256` in hex. A removed file (`removed_at`) is hidden. Its content stays on disk until the
    resource is deleted, because older versions refer to it. `objects` includes removed files; `present` and
    `Resource.files` do not.
    """

    resource = models.ForeignKey(Resource, verbose_name=_("resource"), on_delete=models.CASCADE, related_name="files")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("file name"), max_length=120)
    label = models.CharField(
        _("description"), max_length=160, blank=True, help_text=_("For example: worksheet for pupils.")
    )
    language = models.CharField(
        _("language and script"),
        max_length=10,
        choices=ResourceLanguage,
        blank=True,
        default="",
        db_default="",
        help_text=_("Empty if the file is for every reader."),
    )
    media_type = models.CharField(_("type"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    pages = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    has_preview = models.BooleanField(default=False, editable=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    added_at = models.DateTimeField(_("added"), editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    impersonal_fields: ClassVar = "name label media_type sha256"

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
                violation_error_message=_("This resource already has a file with this name."),
            ),
            models.CheckConstraint(
                condition=_in_choices("language", ResourceLanguage, empty=True), name="file_language_known"
            ),
            models.CheckConstraint(condition=Q(size__range=(1, MAX_FILE_BYTES)), name="file_size_in_bounds"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_sha256_is_one"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Return the path of the content."""
        return files_folder() / str(self.uuid)

    @property
    def preview_path(self) -> Path:
        """Return the path of the preview image of the first page."""
        return preview_of(self.path)


class DownloadCount(models.Model):
    """Downloads of a file on a day (Belgrade time), without any data about users."""

    file = models.ForeignKey(ResourceFile, on_delete=models.CASCADE, related_name="downloads")
    day = models.DateField()
    count = models.PositiveIntegerField(default=1)

    impersonal_fields: ClassVar = ""

    class Meta:
        verbose_name = _("download count")
        verbose_name_plural = _("download counts")
        constraints = (models.UniqueConstraint(fields=("file", "day"), name="one_count_a_file_and_day"),)

    def __str__(self) -> str:
        return f"{self.day} {self.count}"


class BundleState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")


class Bundle(models.Model):
    """A zip file of several resources in one language. `done` and `total` are in bytes.

    `key` is the SHA-256 (hex) of the contents, so equal requests share one bundle.
    """

    key = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=7, choices=settings.LANGUAGES)
    resources = ArrayField(models.BigIntegerField())
    licences = models.TextField()
    state = models.CharField(max_length=8, choices=BundleState, default=BundleState.WAITING)
    total = models.PositiveBigIntegerField()
    done = models.PositiveBigIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    requested_at = models.DateTimeField()
    used_at = models.DateTimeField(db_index=True)
    claimed_until = models.DateTimeField(null=True)

    impersonal_fields: ClassVar = "key licences"

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
        """Return the path of the finished zip file."""
        return bundles_folder() / f"{self.key}.zip"

    @property
    def pages_path(self) -> Path:
        """Return the path of the HTML pages for the zip file, a JSON object by file name; missing without pages."""
        return bundles_folder() / f"{self.key}.json"

    @property
    def percent(self) -> int:
        """Return the progress, from 0 to 100."""
        return 100 if self.state == BundleState.READY else min(99, 100 * self.done // max(self.total, 1))
