"""Models of meetings: agenda, attendance, minutes, decisions and files."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modeltranslation.manager import MultilingualManager

from clicksafely.common import data_inventory
from clicksafely.common.places.fields import town_field
from clicksafely.common.revisions import RevisionedModel
from youthpanel.models.members import Cohort, Member


class Meeting(RevisionedModel):
    """A meeting of one or more cohorts. Title and agenda in `sr` and `en`; internal minutes in Serbian.

    The services require at least two facilitators, so that no adult is alone with members.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=160)
    agenda = models.TextField(_("agenda"), max_length=4000, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    town = town_field(_("town"))
    place = models.CharField(_("place"), max_length=160)
    cohorts = models.ManyToManyField(Cohort, verbose_name=_("cohorts"), related_name="meetings")
    facilitators = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("facilitators"), related_name="+", help_text=_("At least two adults.")
    )
    members: ClassVar["models.ManyToManyField[Member, Attendance]"] = models.ManyToManyField(
        Member, through="Attendance", related_name="meetings"
    )
    minutes = models.TextField(_("minutes"), max_length=40_000, blank=True)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    # The beginning that coordinators were reminded of: a meeting that is moved needs another reminder.
    reminded_for = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MultilingualManager()

    field_inventory: ClassVar = {
        (
            data_inventory.STAFF_TEXT,
            data_inventory.AS_RECORD,
        ): "title title_sr title_en agenda agenda_sr agenda_en place minutes",
        (
            data_inventory.CODES,
            data_inventory.AS_RECORD,
        ): "starts_at ends_at town cancelled_at reminded_for changed_at revision",
    }

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        permissions = (
            ("facilitate", _("Can lead meetings and consultations")),
            ("export_lists", _("Can export lists without members")),
        )
        ordering = ("-starts_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="meeting_ends_after_start",
                violation_error_message=_("It ends before it begins."),
            ),
        )

    def __str__(self) -> str:
        return self.title


class CalendarSubscription(models.Model):
    """The signed URL at which the calendar of an account reads the meetings. A new `uuid` replaces the URL."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_subscription"
    )
    renewed_at = models.DateTimeField(editable=False)

    field_inventory: ClassVar = {
        (data_inventory.STAFF, data_inventory.UNTIL_REMOVED): "user",
        (data_inventory.CODES, data_inventory.UNTIL_REMOVED): "renewed_at",
    }

    class Meta:
        verbose_name = _("calendar subscription")
        verbose_name_plural = _("calendar subscriptions")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id}"


class Attendance(models.Model):
    """The invitation of a member to a meeting, and whether they came (null: not recorded).

    Triggers refuse members of cohorts that are not invited, and uninviting a cohort whose members have rows here.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="attendances")
    attended = models.BooleanField(_("came"), null=True)

    field_inventory: ClassVar = {
        (data_inventory.PSEUDONYM, data_inventory.AFTER_LEAVING): "member",
        (data_inventory.CODES, data_inventory.FOR_FIGURES): "meeting attended",
    }

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = (models.UniqueConstraint(fields=("meeting", "member"), name="one_attendance_a_member"),)

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.member_id}"


class Decision(models.Model):
    """A decision of a meeting. Text in `sr` and `en`."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="decisions")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("decision"), max_length=600)

    objects = MultilingualManager()

    field_inventory: ClassVar = {
        (data_inventory.STAFF_TEXT, data_inventory.AS_RECORD): "text text_sr text_en",
        (data_inventory.CODES, data_inventory.AS_RECORD): "meeting order",
    }

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.text


class MeetingFileKind(models.TextChoices):
    """The kind of a meeting file. Photographs are shown only with the consent of all members on them."""

    DOCUMENT = "document", pgettext_lazy("meeting", "document")
    PHOTOGRAPH = "photograph", pgettext_lazy("meeting", "photograph")


class MeetingFile(models.Model):
    """A file of a meeting. Its content is in the panel's media folder under `uuid`.

    `shown` are the members on a photograph.

    `shows_no_person`: an editor confirmed that no person is recognisable. A photograph with neither mark is never shown.
    `erased`: a member on the photograph was erased. The content and the marks of other members are deleted, and the
    photograph is never shown again.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(_("kind"), max_length=10, choices=MeetingFileKind)
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=300)
    shown = models.ManyToManyField(Member, verbose_name=_("members on it"), related_name="photographs", blank=True)
    shows_no_person = models.BooleanField(_("no one can be recognised on it"), default=False)
    size = models.PositiveBigIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    media_type = models.CharField(max_length=100, editable=False)
    added_at = models.DateTimeField(editable=False)
    erased = models.BooleanField(default=False, editable=False)

    field_inventory: ClassVar = {
        (data_inventory.STAFF_TEXT, data_inventory.AS_RECORD): "name description",
        (
            data_inventory.CODES,
            data_inventory.AS_RECORD,
        ): "meeting kind shows_no_person size sha256 media_type added_at erased",
    }

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ("added_at", "id")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=MeetingFileKind.values), name="meeting_file_kind_known"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="meeting_file_sha256_is_one"),
            models.CheckConstraint(
                condition=Q(kind=MeetingFileKind.PHOTOGRAPH) | Q(shows_no_person=False),
                name="only_photographs_show_no_person",
            ),
        )

    def __str__(self) -> str:
        return self.name
