"""When a public record can be seen: by its dates alone, so that no job has to run at the hour of a change."""

import secrets
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
    """What the dates of a record say at one moment."""

    DRAFT = "draft", pgettext_lazy("publication", "draft")
    SCHEDULED = "scheduled", pgettext_lazy("publication", "scheduled")
    PUBLISHED = "published", pgettext_lazy("publication", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("publication", "withdrawn")


class PublicationQuerySet[Row: models.Model](MultilingualQuerySet[Row]):
    """Reads of records with dates."""

    def visible(self, now: datetime) -> Self:
        """Those that everybody sees at `now`."""
        return self.filter(Q(published_at__lte=now), Q(withdrawn_at=None) | Q(withdrawn_at__gt=now))

    def next_change(self, now: datetime) -> datetime | None:
        """When the next of them appears or goes, after `now`; None where nothing is planned. One query, two probes of indexes."""
        appears = self.filter(published_at__gt=now).order_by("published_at").values_list("published_at", flat=True)[:1]
        goes = self.filter(withdrawn_at__gt=now).order_by("withdrawn_at").values_list("withdrawn_at", flat=True)[:1]
        return min(cast(Iterable[datetime], appears.union(goes, all=True).order_by()), default=None)


def appears_index(name: str) -> models.Index:
    """For `next_change`: what is planned to appear. A model with another index that begins with `published_at` needs none."""
    return models.Index(fields=("published_at",), name=name)


def goes_index(name: str) -> models.Index:
    """For `next_change`: what is planned to go, which is little of what there is."""
    return models.Index(fields=("withdrawn_at",), name=name, condition=Q(withdrawn_at__isnull=False))


def draw_preview_key() -> str:
    """128 random bits, for an address that shows a record before it is published."""
    return secrets.token_urlsafe(16)


class Publication(models.Model):
    """Base of what editors publish, at an address that is the same in all languages. `published_at` empty: a draft. `revision` counts its savings, so that nobody overwrites another's work."""

    slug = models.SlugField(
        _("address"), max_length=SLUG_LENGTH, unique=True, help_text=_("Small letters, digits and hyphens.")
    )
    published_at = models.DateTimeField(
        _("published from"), null=True, blank=True, help_text=_("Empty: a draft. In the future: it appears by itself.")
    )
    withdrawn_at = models.DateTimeField(
        _("withdrawn from"), null=True, blank=True, help_text=_("Empty: it stays. In the future: it goes by itself.")
    )
    changed_at = models.DateTimeField(_("last changed"), default=timezone.now, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    preview_key = models.CharField(max_length=32, default=draw_preview_key, editable=False)

    # Names of the relations whose rows are written, kept in versions and restored together with the record.
    versioned_parts: ClassVar[tuple[str, ...]] = ()
    # Those of them whose rows stay when they are taken away, with `removed_at`, for they hold what no version does, such as the bytes of a
    # file; by the field that tells one from another. Their default manager leaves out what was taken away.
    soft_deleted_parts: ClassVar[Mapping[str, str]] = {}
    # Names of fields that nobody writes, such as figures: no version keeps them.
    unversioned_fields: ClassVar[frozenset[str]] = frozenset()

    objects = MultilingualManager.from_queryset(PublicationQuerySet)()

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(published_at__isnull=False, withdrawn_at__gt=F("published_at")),
                name="%(app_label)s_%(class)s_dates_in_order",
                violation_error_message=_("It cannot be withdrawn before it is published."),
            ),
        )

    def state_at(self, now: datetime) -> PublicationState:
        """What everybody finds at `now`."""
        if self.published_at is None:
            return PublicationState.DRAFT
        if self.withdrawn_at is not None and self.withdrawn_at <= now:
            return PublicationState.WITHDRAWN
        return PublicationState.PUBLISHED if self.published_at <= now else PublicationState.SCHEDULED


class FormerSlug(models.Model):
    """An address that a public record had before; whoever comes by it is led to the present one. `kind` is the model's label."""

    kind = models.CharField(max_length=40)
    slug = models.CharField(max_length=80)
    object_id = models.PositiveBigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "slug"), name="one_record_a_former_slug"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"


class Version(models.Model):
    """A public record as it was after one saving, with its parts; `kind` is the model's label. Versions outlive their record.

    `author` is empty where nobody saved it: what a migration wrote, kept when somebody changes it first.
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
