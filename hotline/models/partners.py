"""Partners that report through the interface for programs: who they are, their keys, which reports are theirs."""

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models.report import Report

REFERENCE_PATTERN = r"^[A-Za-z0-9._:+/-]{1,64}$"


class Partner(models.Model):
    """An organisation that may send reports. `reports_per_hour` None means the setting PARTNER_REPORTS_PER_HOUR."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100, unique=True)
    contact = models.EmailField(
        _("technical contact"),
        blank=True,
        help_text=_("E-mail of those who run the partner's program. The portal sends nothing there."),
    )
    active = models.BooleanField(
        pgettext_lazy("partner", "active"),
        default=True,
        help_text=_("Untick it to refuse all of the partner's keys at once."),
    )
    reports_per_hour = models.PositiveIntegerField(
        _("reports an hour"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty means the limit that holds for every partner."),
    )
    made_at = models.DateTimeField(pgettext_lazy("partner", "made"), editable=False)

    class Meta:
        verbose_name = _("reporting partner")
        verbose_name_plural = _("reporting partners")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reports_per_hour__isnull=True) | Q(reports_per_hour__gte=1), name="partner_limit_positive"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="partner_named"),
        ]

    def __str__(self) -> str:
        return self.name


class PartnerKey(models.Model):
    """A key, of which only the SHA-256 is kept; `prefix` is its part that may be shown, and by which it is looked up.

    `last_used_at` is rounded down to the hour. A key is never deleted: what it sent and when it ended stay known.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="keys")
    label = models.CharField(_("what the key is for"), max_length=60)
    prefix = models.CharField(max_length=8, unique=True, editable=False)
    digest = models.BinaryField(max_length=32, editable=False)
    made_at = models.DateTimeField(pgettext_lazy("partner", "made"), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(pgettext_lazy("key", "revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("key of a partner")
        verbose_name_plural = _("keys of partners")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Exact(Length("digest"), 32), name="partner_key_digest_whole"),
            models.CheckConstraint(condition=~Q(prefix=""), name="partner_key_prefix"),
            # So that a form that is sent twice makes one key.
            models.UniqueConstraint(
                fields=["partner", "label"], condition=Q(revoked_at__isnull=True), name="one_valid_key_a_label"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("made_at")), name="partner_key_revoked_after"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"


class PartnerReport(models.Model):
    """That a report came from a partner. `uuid` is the id the partner knows it by, `reference` the partner's own number of it:
    a code without spaces, so that nobody writes a name there; it is kept in clear.
    """

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="partner_report")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="partner_reports")
    key = models.ForeignKey(PartnerKey, on_delete=models.PROTECT, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reference="") | Q(reference__regex=REFERENCE_PATTERN), name="partner_reference_is_code"
            )
        ]

    def __str__(self) -> str:
        return f"report {self.report_id} of partner {self.partner_id}"


class PartnerRequest(models.Model):
    """That a partner used an idempotency key with one body. Digests (SHA-256) alone: the answer follows from the request itself."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    key_digest = models.BinaryField(max_length=32, editable=False)
    body_digest = models.BinaryField(max_length=32, editable=False)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "key_digest"], name="one_request_a_key")]

    def __str__(self) -> str:
        return f"request {self.pk} of partner {self.partner_id}"
