"""Complaints about the hotline's work: from reporters, from those whom a notice named, from anybody."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.crypto.key_rotation import SealedColumn
from hotline.models.report import Report


class ComplaintAbout(models.TextChoices):
    """What a complaint is about."""

    REPORT = "report", pgettext_lazy("complaint", "A report of mine")
    NOTICE = "notice", pgettext_lazy("complaint", "A notice I received, as a host or the owner of a site")
    HOTLINE = "hotline", pgettext_lazy("complaint", "The hotline or its people in general")


class ComplaintState(models.TextChoices):
    """How far a complaint has come."""

    RECEIVED = "received", pgettext_lazy("complaint", "received")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("complaint", "being examined")
    CLOSED = "closed", pgettext_lazy("complaint", "closed")


class ComplaintOutcome(models.TextChoices):
    """What a complaint came to."""

    UPHELD = "upheld", pgettext_lazy("complaint", "upheld")
    PARTLY = "partly", pgettext_lazy("complaint", "partly upheld")
    NOT_UPHELD = "not_upheld", pgettext_lazy("complaint", "not upheld")
    WITHDRAWN = "withdrawn", pgettext_lazy("complaint", "withdrawn")


class ComplaintDeadlines(models.Model):
    """One row: within how many days a complaint is acknowledged, and answered; those that have arrived keep their dates."""

    acknowledge_days = models.PositiveSmallIntegerField(_("acknowledged within days"), default=7)
    answer_days = models.PositiveSmallIntegerField(_("answered within days"), default=30)

    class Meta:
        verbose_name = _("deadlines of complaints")
        verbose_name_plural = _("deadlines of complaints")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_row_of_complaint_terms"),
            models.CheckConstraint(
                condition=Q(acknowledge_days__gte=1, answer_days__lte=365)
                & Q(acknowledge_days__lte=models.F("answer_days")),
                name="complaint_terms_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.acknowledge_days} / {self.answer_days}"


class Complaint(models.Model):
    """One complaint, found again by its number as a report is by its receipt (`receipts.digest`), of which nothing else is kept.

    `sealed` (the text) and `sealed_contact` are sealed for the hotline under table `hotline_complaint`, fields `text` and `contact`, and
    erased some time after it was closed. `received_at` is rounded down to the hour. `state_digest` is the digest of the form it was
    sent with and of what it said: the same form sent twice is one complaint.
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
    sealed = models.BinaryField(null=True, editable=False)
    sealed_contact = models.BinaryField(null=True, editable=False)

    sealed_fields = (
        SealedColumn(ring="hotline", column="sealed", table="hotline_complaint", field="text"),
        SealedColumn(ring="hotline", column="sealed_contact", table="hotline_complaint", field="contact"),
    )

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        permissions = [("handle_complaint", "Can open, answer and close complaints")]
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
        """Its page in the staff site."""
        return reverse("admin:hotline-complaint", args=[self.pk])

    @property
    def reference(self) -> str:
        """The number staff use, `C-2026-000042`; complainants have their own."""
        return f"C-{self.received_at:%Y}-{self.pk:06d}"


class ComplaintAnswer(models.Model):
    """What the hotline wrote to a complainant, sealed twice (table `hotline_complaintanswer`, field `text`)."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="answers")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sealed_hotline = models.BinaryField(editable=False)
    sealed_reader = models.BinaryField(editable=False)
    written_at = models.DateTimeField(_("written"))

    # The complainant's copy stays as it is: only the number opens it.
    sealed_fields = (
        SealedColumn(ring="hotline", column="sealed_hotline", table="hotline_complaintanswer", field="text"),
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"answer {self.pk} to complaint {self.complaint_id}"
