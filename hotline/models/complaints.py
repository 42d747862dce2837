"""Complaints about the hotline's work, from reporters, recipients of notices and other people."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clicksafely.common.crypto.key_rotation import SealedColumn
from clicksafely.common.references import format_reference
from hotline import data_inventory
from hotline.models.report import Report


class ComplaintAbout(models.TextChoices):
    """Subject of a complaint."""

    REPORT = "report", pgettext_lazy("complaint", "My report")
    NOTICE = "notice", pgettext_lazy("complaint", "A notice I received as a host or site owner")
    HOTLINE = "hotline", pgettext_lazy("complaint", "The hotline or its staff in general")


class ComplaintState(models.TextChoices):
    """Progress of a complaint."""

    RECEIVED = "received", pgettext_lazy("complaint", "received")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("complaint", "being examined")
    CLOSED = "closed", pgettext_lazy("complaint", "closed")


class ComplaintOutcome(models.TextChoices):
    """Outcome of a complaint."""

    UPHELD = "upheld", pgettext_lazy("complaint", "upheld")
    PARTLY = "partly", pgettext_lazy("complaint", "partly upheld")
    NOT_UPHELD = "not_upheld", pgettext_lazy("complaint", "not upheld")
    WITHDRAWN = "withdrawn", pgettext_lazy("complaint", "withdrawn")


class ComplaintDeadlines(models.Model):
    """A single row: days until a complaint is acknowledged and answered.

    Complaints already received keep their dates.
    """

    acknowledge_days = models.PositiveSmallIntegerField(_("days to acknowledge"), default=7)
    answer_days = models.PositiveSmallIntegerField(_("days to answer"), default=30)

    impersonal_fields: ClassVar = ""

    class Meta:
        verbose_name = _("complaint deadlines")
        verbose_name_plural = _("complaint deadlines")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_row_of_complaint_terms"),
            models.CheckConstraint(
                condition=Q(acknowledge_days__gte=1, answer_days__lte=365)
                & Q(acknowledge_days__lte=models.F("answer_days")),
                name="complaint_terms_in_order",
                violation_error_message=_("The answer cannot be due before the acknowledgement."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("for every complaint")


class Complaint(models.Model):
    """One complaint, found by the digest of its number (`receipts.digest`); the number itself is not stored.

    `sealed` (the text) and `sealed_contact` are sealed for the hotline under table `hotline_complaint`, fields `text`
    and `contact`. They are erased some time after the complaint is closed. `received_at` is rounded down to the hour.
    `state_digest` is a digest of the form state and the content. The same form sent twice therefore makes one
    complaint.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    about = models.CharField(_("about"), max_length=8, choices=ComplaintAbout)
    report = models.ForeignKey(
        Report, verbose_name=_("report"), on_delete=models.PROTECT, null=True, related_name="complaints"
    )
    language = models.CharField(_("language"), max_length=8)
    state = models.CharField(_("state"), max_length=12, choices=ComplaintState, default=ComplaintState.RECEIVED)
    received_at = models.DateTimeField(_("received"))
    acknowledge_by = models.DateTimeField(_("to be acknowledged by"))
    answer_by = models.DateTimeField(_("to be answered by"))
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("closed by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=ComplaintOutcome, blank=True)

    number_digest = models.BinaryField(max_length=32, unique=True, editable=False)
    state_digest = models.BinaryField(max_length=32, unique=True, editable=False)
    salt = models.BinaryField(max_length=16, editable=False)
    public_key = models.BinaryField(max_length=1216, editable=False)
    # Of the public key and the UUID, as of a report.
    key_tag = models.BinaryField(max_length=32, default=b"", db_default=b"", editable=False)
    sealed = models.BinaryField(null=True, editable=False)
    sealed_contact = models.BinaryField(null=True, editable=False)

    TEXT = SealedColumn(ring="hotline", column="sealed", table="hotline_complaint", field="text")
    CONTACT = SealedColumn(ring="hotline", column="sealed_contact", table="hotline_complaint", field="contact")
    sealed_fields = (TEXT, CONTACT)

    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.COMPLAINT_WORDS_RULE): "sealed",
        (data_inventory.SEALED, data_inventory.COMPLAINT_CONTACT_RULE): "sealed_contact",
        (data_inventory.DIGEST, data_inventory.COMPLAINT_WORDS_RULE): (
            "number_digest state_digest salt public_key key_tag"
        ),
        (data_inventory.CODES, data_inventory.KEPT): (
            "about report language state received_at acknowledge_by answer_by acknowledged_at closed_at outcome"
        ),
        (data_inventory.STAFF, data_inventory.KEPT): "closed_by",
    }

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        permissions = [("handle_complaint", _("Can open, answer and close complaints"))]
        constraints = [
            models.CheckConstraint(condition=Q(about__in=ComplaintAbout.values), name="complaint_about_known"),
            models.CheckConstraint(condition=Q(state__in=ComplaintState.values), name="complaint_state_known"),
            models.CheckConstraint(
                condition=Q(state="received", acknowledged_at__isnull=True)
                | ~Q(state="received") & Q(acknowledged_at__isnull=False),
                name="complaint_acknowledged_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") & Q(closed_at__isnull=True, closed_by__isnull=True, outcome="")
                | Q(state="closed", closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome=""),
                name="complaint_closed_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="closed") | Q(sealed__isnull=False), name="complaint_text_until_closed"
            ),
        ]
        indexes = [
            models.Index(fields=["answer_by"], name="complaint_open", condition=~Q(state="closed")),
            models.Index(
                fields=["closed_at"],
                name="complaint_kept",
                condition=Q(sealed__isnull=False, closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Return the complaint's page in the staff site."""
        return reverse("admin:hotline-complaint", args=[self.pk])

    @property
    def reference(self) -> str:
        """The staff's number, `C-2026-000042`; complainants have their own."""
        return format_reference("C", self.received_at, self.pk)


class ComplaintAnswer(models.Model):
    """An answer of the hotline to a complainant, sealed twice (table `hotline_complaintanswer`, field `text`)."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="answers")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sealed_hotline = models.BinaryField(editable=False)
    sealed_reader = models.BinaryField(editable=False)
    written_at = models.DateTimeField(_("written"))

    # Key rotation leaves the complainant's copy unchanged: only the complaint number opens it.
    TEXT = SealedColumn(ring="hotline", column="sealed_hotline", table="hotline_complaintanswer", field="text")
    sealed_fields = (TEXT,)

    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.COMPLAINT_WORDS_RULE): "sealed_hotline",
        (data_inventory.FOR_READER, data_inventory.COMPLAINT_WORDS_RULE): "sealed_reader",
        (data_inventory.CODES, data_inventory.COMPLAINT_WORDS_RULE): "complaint written_at",
        (data_inventory.STAFF, data_inventory.COMPLAINT_WORDS_RULE): "author",
    }

    class Meta:
        verbose_name = _("answer to a complaint")
        verbose_name_plural = _("answers to complaints")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"answer {self.pk} to complaint {self.complaint_id}"
