"""Base model of public records with publication dates, former slugs, and versions."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import ClassVar, Self, cast

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modeltranslation.manager import MultilingualManager, MultilingualQuerySet

from clicksafely.common import data_inventory
from clicksafely.common.serbian.search_folding import SLUG_LENGTH


class PublicationState(models.TextChoices):
    """State of a record at a given time, derived from its dates."""

    DRAFT = "draft", pgettext_lazy("publication", "draft")
    SCHEDULED = "scheduled", pgettext_lazy("publication", "scheduled")
    PUBLISHED = "published", pgettext_lazy("publication", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("publication", "withdrawn")


class PublicationQuerySet[Row: models.Model](MultilingualQuerySet[Row]):
    """Queries by publication dates."""

    def visible(self, now: datetime) -> Self:
        """Return the records that are public at `now`."""
        return self.filter(Q(published_at__lte=now), Q(withdrawn_at=None) | Q(withdrawn_at__gt=now))

    def next_change(self, now: datetime) -> datetime | None:
        """Return the time of the next publication or withdrawal after `now`; None if none is scheduled.

        One query with two index probes.
        """
        appears = self.filter(published_at__gt=now).order_by("published_at").values_list("published_at", flat=True)[:1]
        goes = self.filter(withdrawn_at__gt=now).order_by("withdrawn_at").values_list("withdrawn_at", flat=True)[:1]
        return min(cast(Iterable[datetime], appears.union(goes, all=True).order_by()), default=None)


def appears_index(name: str) -> models.Index:
    """Return an index for `next_change`. A model with another index that begins with `published_at` does not need it."""
    return models.Index(fields=("published_at",), name=name)


def goes_index(name: str) -> models.Index:
    """Return a partial index for `next_change`, over the few records with a withdrawal date."""
    return models.Index(fields=("withdrawn_at",), name=name, condition=Q(withdrawn_at__isnull=False))


class Publication(models.Model):
    """Base model of published pages. The slug is the same in all languages. A draft has no `published_at`.

    Visibility depends only on the dates, so no scheduled job is needed. `revision` counts saves, for optimistic
    locking.
    """

    slug = models.SlugField(
        _("address"), max_length=SLUG_LENGTH, unique=True, help_text=_("Use lower-case letters, digits and hyphens.")
    )
    published_at = models.DateTimeField(
        _("published from"),
        null=True,
        blank=True,
        help_text=_("If empty, the page is a draft. At a future time, the page is published automatically."),
    )
    withdrawn_at = models.DateTimeField(
        _("withdrawn from"),
        null=True,
        blank=True,
        help_text=_("If empty, the page stays published. At a future time, the page is withdrawn automatically."),
    )
    changed_at = models.DateTimeField(_("last changed"), default=timezone.now, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)

    # Relations whose rows are saved, versioned and restored together with the record.
    versioned_parts: ClassVar[tuple[str, ...]] = ()
    # {part: its identifying field} of parts that are soft-deleted with `removed_at`, because versions do not contain
    # all their data, such as file contents. Their default manager excludes removed rows.
    soft_deleted_parts: ClassVar[Mapping[str, str]] = {}
    # Computed fields, such as statistics, which versions exclude.
    unversioned_fields: ClassVar[frozenset[str]] = frozenset()
    # Whether a record is public as long as the site exists: it can be neither withdrawn nor deleted.
    is_permanent: ClassVar[bool] = False
    # Set by the form that publishes the record: the forms of its parts then check `publication_faults` too.
    is_being_published: bool = False

    objects = MultilingualManager.from_queryset(PublicationQuerySet)()

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(published_at__isnull=False, withdrawn_at__gt=F("published_at")),
                name="%(app_label)s_%(class)s_dates_in_order",
                violation_error_message=_("The page cannot be withdrawn before it is published."),
            ),
        )

    def state_at(self, now: datetime) -> PublicationState:
        """Return the publication state at `now`."""
        if self.published_at is None:
            return PublicationState.DRAFT
        if self.withdrawn_at is not None and self.withdrawn_at <= now:
            return PublicationState.WITHDRAWN
        return PublicationState.PUBLISHED if self.published_at <= now else PublicationState.SCHEDULED

    def publication_faults(self) -> dict[str, str]:
        """Return what must be corrected before publication, such as a missing licence, by field name.

        Models of parts may have the same method.
        """
        return {}


class CheckedRecord(models.Model):
    """Base model of records with facts from sources, which are read again after a year, or after half a year."""

    checked_on = models.DateField(
        _("sources checked on"),
        null=True,
        blank=True,
        help_text=_("The day on which the laws, numbers and links were last read. Empty if they were not."),
    )

    # Records that are checked every half a year.
    often_checked: ClassVar[Q] = Q(pk__in=())

    class Meta:
        abstract = True


class PlacedRecord(models.Model):
    """Base model of records whose `order` is their place among all records of the model: `save_record` keeps the numbers distinct."""

    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True


class FormerSlug(models.Model):
    """A previous slug of a public record, which redirects to the current one. `kind` is the model's label."""

    kind = models.CharField(max_length=40)
    slug = models.CharField(max_length=80)
    object_id = models.PositiveBigIntegerField()

    impersonal_fields: ClassVar = "kind slug"

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "slug"), name="one_record_a_former_slug"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"


class Draft(models.Model):
    """The text that will replace a record after its publication. `content` has the format of `Version.content`.

    Records that were never published have no draft, because their row is the draft. `based_on` is the revision of the
    record that the editor saw. `revision` counts the saves of the draft, for optimistic locking. At `publish_at`, a
    task publishes the draft. `refused_at` is the time when it could not.
    """

    kind = models.CharField(max_length=40)
    object_id = models.PositiveBigIntegerField()
    based_on = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    publish_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    content = models.JSONField(encoder=DjangoJSONEncoder)

    field_inventory: ClassVar = {
        (data_inventory.STAFF, data_inventory.WITH_THE_RECORD): "author",
        (data_inventory.STAFF_TEXT, data_inventory.WITH_THE_RECORD): "content",
        (data_inventory.CODES, data_inventory.WITH_THE_RECORD): (
            "kind object_id based_on revision saved_at publish_at refused_at"
        ),
    }

    class Meta:
        default_permissions = ()
        permissions = (
            ("publish_content", _("Can publish and withdraw content")),
            ("export_lists", _("Can export lists of content")),
        )
        constraints = (
            models.UniqueConstraint(fields=("kind", "object_id"), name="one_draft_a_record"),
            models.CheckConstraint(
                condition=Q(refused_at=None) | Q(publish_at__isnull=False), name="draft_refused_at_its_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Version(models.Model):
    """A saved state of a public record with its parts. `kind` is the model's label. Versions outlive their record.

    `author` is empty for content that no editor saved, such as content from a migration.
    """

    kind = models.CharField(max_length=40)
    object_id = models.PositiveBigIntegerField()
    revision = models.PositiveIntegerField()
    saved_at = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField(encoder=DjangoJSONEncoder)

    field_inventory: ClassVar = {
        (data_inventory.STAFF, data_inventory.WITH_THE_RECORD): "author",
        (data_inventory.STAFF_TEXT, data_inventory.WITH_THE_RECORD): "content",
        (data_inventory.CODES, data_inventory.WITH_THE_RECORD): "kind object_id revision saved_at",
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "object_id", "revision"), name="one_version_a_revision"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}, {self.revision}"
