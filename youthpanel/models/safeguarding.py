"""Models of safeguarding: sealed notes about a child, their actions, and openings of the child's identity."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common import data_inventory
from clicksafely.common.crypto.key_rotation import SealedColumn
from youthpanel.models.members import Member


class NoteSource(models.TextChoices):
    """The writer of a note, or the kind of text that a member of staff sent to the lead."""

    STAFF = "staff", pgettext_lazy("note", "written by staff")
    CHILD = "child", pgettext_lazy("note", "written by a child")
    IDEA = "idea", pgettext_lazy("note", "text of an idea")
    POST = "post", pgettext_lazy("note", "text of a post")
    ANSWER = "answer", pgettext_lazy("note", "text of an answer")


class NoteOutcome(models.TextChoices):
    """The result of a closed note."""

    SOCIAL_WORK = "social-work", pgettext_lazy("outcome", "referred to the centre for social work")
    POLICE = "police", pgettext_lazy("outcome", "referred to the police")
    SCHOOL = "school", pgettext_lazy("outcome", "referred to the school")
    WITH_CHILD = "with-child", pgettext_lazy("outcome", "resolved with the child")
    NO_CONCERN = "no-concern", pgettext_lazy("outcome", "no concern")
    OTHER = "other", pgettext_lazy("outcome", "other")


class SafeguardingNote(models.Model):
    """A note about the safety of a child, sealed to the ring "panel". Only the lead and the deputy open it; each opening is audited.

    `written_by` is None for a note that a child wrote. `written_at` of an answer without a member is the start of a day. `assigned_to` has
    the case. A closed note has an outcome, with sealed words if the outcome needs them.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(_("origin"), max_length=6, choices=NoteSource, default=NoteSource.STAFF, editable=False)
    member = models.ForeignKey(
        Member,
        verbose_name=_("member"),
        on_delete=models.SET_NULL,
        related_name="safeguarding_notes",
        null=True,
        blank=True,
    )
    sealed = models.BinaryField(editable=False)
    urgent = models.BooleanField(_("urgent"), default=False)
    written_at = models.DateTimeField(_("written"), editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )
    outcome = models.CharField(_("outcome"), max_length=11, choices=NoteOutcome, blank=True, editable=False)
    sealed_outcome = models.BinaryField(null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    # Whether an e-mail without any content was sent to the lead and the deputy.
    notified = models.BooleanField(default=False, editable=False)

    TEXT = SealedColumn(ring="panel", column="sealed", table="youthpanel_safeguardingnote", field="sealed")
    OUTCOME = SealedColumn(ring="panel", column="sealed_outcome", table="youthpanel_safeguardingnote", field="outcome")
    sealed_fields = (TEXT, OUTCOME)
    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.FOR_SAFETY): "sealed sealed_outcome",
        (data_inventory.PSEUDONYM, data_inventory.AFTER_LEAVING): "member",
        (data_inventory.CODES, data_inventory.FOR_SAFETY): "source urgent written_at outcome closed_at notified",
        (data_inventory.STAFF, data_inventory.FOR_SAFETY): "written_by assigned_to",
    }

    class Meta:
        verbose_name = _("safeguarding note")
        verbose_name_plural = _("safeguarding notes")
        ordering = ("-written_at", "-id")
        permissions = (("open_safeguardingnote", _("Can open safeguarding notes")),)
        indexes = (models.Index(fields=("closed_at",), name="safeguarding_note_closed"),)
        constraints = (
            models.CheckConstraint(condition=Q(source__in=NoteSource.values), name="safeguarding_note_source_known"),
            models.CheckConstraint(
                condition=Q(source=NoteSource.CHILD, written_by=None)
                | ~Q(source=NoteSource.CHILD) & Q(written_by__isnull=False),
                name="safeguarding_note_by_child_or_staff",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="", sealed_outcome=None)
                | Q(closed_at__isnull=False, outcome__in=NoteOutcome.values),
                name="safeguarding_note_closed_with_outcome",
            ),
        )

    def __str__(self) -> str:
        return str(localdate(self.written_at))

    @property
    def is_of_a_day(self) -> bool:
        """Whether only the day of the note is known: the text of an answer without a member."""
        return self.source == NoteSource.ANSWER and self.member_id is None


class ActionKind(models.TextChoices):
    """An action for the child, or a later look at how the child is."""

    ACTION = "action", pgettext_lazy("safeguarding", "action")
    FOLLOW_UP = "follow-up", pgettext_lazy("safeguarding", "follow-up")


class SafeguardingAction(models.Model):
    """An action or follow-up of a note: what is planned, by which day, and what came of it. Both texts are sealed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    note = models.ForeignKey(SafeguardingNote, on_delete=models.CASCADE, related_name="actions")
    kind = models.CharField(_("kind"), max_length=9, choices=ActionKind)
    sealed = models.BinaryField()
    due_on = models.DateField(_("by"))
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sealed_result = models.BinaryField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    TEXT = SealedColumn(ring="panel", column="sealed", table="youthpanel_safeguardingaction", field="sealed")
    RESULT = SealedColumn(ring="panel", column="sealed_result", table="youthpanel_safeguardingaction", field="result")
    sealed_fields = (TEXT, RESULT)
    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.FOR_SAFETY): "sealed sealed_result",
        (data_inventory.CODES, data_inventory.FOR_SAFETY): "note kind due_on planned_at done_at",
        (data_inventory.STAFF, data_inventory.FOR_SAFETY): "planned_by done_by",
    }

    class Meta:
        verbose_name = _("action of a safeguarding note")
        verbose_name_plural = _("actions of safeguarding notes")
        default_permissions = ()
        ordering = ("due_on", "id")
        indexes = (models.Index(fields=("due_on",), name="safeguarding_action_due", condition=Q(done_at=None)),)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=ActionKind.values), name="safeguarding_action_kind_known"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None, sealed_result=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="safeguarding_action_done_with_actor",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class OpeningReason(models.TextChoices):
    """Reason for opening the identity behind a note."""

    DANGER = "danger", pgettext_lazy("opening", "the child may be in danger")
    CONTACT = "contact", pgettext_lazy("opening", "to talk to the child or its school")
    REFERRAL = "referral", pgettext_lazy("opening", "to refer the case to an authority")
    IDENTIFY = "identify", pgettext_lazy("opening", "to find out whether two notes are about the same child")


class OpenedIdentity(models.TextChoices):
    """The personal data that an opening decrypted."""

    NAME = "name", pgettext_lazy("opening", "name and school")
    CONTACTS = "contacts", pgettext_lazy("opening", "contacts, also of guardians")


class IdentityOpening(models.Model):
    """An opening of the identity of the child behind a note, with the reason, and sealed words about it.

    It belongs to the note, not to the member. The timeline of the member therefore does not reveal the note to
    coordinators.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    note = models.ForeignKey(SafeguardingNote, on_delete=models.CASCADE, related_name="openings")
    opened = models.CharField(max_length=8, choices=OpenedIdentity)
    reason = models.CharField(max_length=8, choices=OpeningReason)
    sealed = models.BinaryField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    WORDS = SealedColumn(ring="panel", column="sealed", table="youthpanel_identityopening", field="sealed")
    sealed_fields = (WORDS,)
    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.FOR_SAFETY): "sealed",
        (data_inventory.CODES, data_inventory.FOR_SAFETY): "note opened reason opened_at",
        (data_inventory.STAFF, data_inventory.FOR_SAFETY): "opened_by",
    }

    class Meta:
        verbose_name = _("opening of an identity")
        verbose_name_plural = _("openings of identities")
        default_permissions = ()
        ordering = ("-opened_at", "-id")
        constraints = (
            models.CheckConstraint(condition=Q(opened__in=OpenedIdentity.values), name="identity_opening_kind_known"),
            models.CheckConstraint(condition=Q(reason__in=OpeningReason.values), name="identity_opening_reason_known"),
        )

    def __str__(self) -> str:
        return str(self.pk)
