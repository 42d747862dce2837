"""Police packages: recipients, contents and deliveries."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.crypto.key_rotation import SealedColumn
from clicksafely.common.queue.outgoing import QueuedRow
from clicksafely.common.references import format_reference
from hotline import data_inventory
from hotline.models.referral import Referral

# Supervisors are warned this long before a certificate expires.
WARNED_BEFORE = timedelta(days=30)


class PoliceDelivery(models.TextChoices):
    """Delivery methods of a package."""

    IN_PERSON = "in_person", pgettext_lazy("delivery", "in person")
    PORTAL = "portal", pgettext_lazy("delivery", "by their secure portal")
    EMAIL = "email", pgettext_lazy("delivery", "by e-mail")


class PackageGrouping(models.TextChoices):
    """Grouping of referrals into packages."""

    CASE = "case", pgettext_lazy("package", "one per case, at once")
    DAY = "day", pgettext_lazy("package", "one per day")


class PackageFormat(models.TextChoices):
    """Encryption formats of a package."""

    CMS = "cms", pgettext_lazy("package", "encrypted to the recipient's certificate (CMS)")
    ZIP = "zip", pgettext_lazy("package", "password-protected archive (AES-256)")


class PackageState(models.TextChoices):
    """Progress of a package."""

    MADE = "made", pgettext_lazy("package", "waiting for delivery")
    DELIVERED = "delivered", pgettext_lazy("package", "handed over")
    FAILED = "failed", pgettext_lazy("package", "discarded")


class PackageProblem(models.TextChoices):
    """Cause of a failed package e-mail; the package is then delivered by hand or retried."""

    NOT_NOW = "not_now", pgettext_lazy("package", "the mail server cannot be reached; sending will be retried")
    DEFERRED = "deferred", pgettext_lazy("package", "the mail server asks to retry later; sending will be retried")
    LOST = (
        "lost",
        pgettext_lazy(
            "package",
            "the connection was lost and the message may have arrived; it will be sent again under the same number",
        ),
    )
    REFUSED = (
        "refused",
        pgettext_lazy(
            "package", "the mail server rejects the recipient or the message; deliver the package in another way"
        ),
    )
    GIVEN_UP = (
        "given_up",
        pgettext_lazy("package", "sending failed for three days; deliver the package in another way"),
    )
    RETURNED = "returned", pgettext_lazy("package", "it was returned undelivered; deliver the package in another way")
    UNSIGNED = (
        "unsigned",
        pgettext_lazy(
            "package",
            "the recipient was changed outside the staff site; a supervisor must check and save the recipient, then "
            "send the e-mail again",
        ),
    )
    TOO_LARGE = "too_large", pgettext_lazy("package", "it is too large for e-mail; deliver the package in another way")
    PICTURES = (
        "pictures",
        pgettext_lazy(
            "package",
            "it contains locked pictures, which are never sent by e-mail; deliver the package in another way",
        ),
    )


class PoliceRecipient(models.Model):
    """A unit of the police.

    `certificate` is X.509 in PEM and sets `valid_until`; without one, packages are password-protected archives.
    `signature` is that of the staff site over all columns at `signed_at` (see `referral.orders`).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    unit = models.CharField(_("unit"), max_length=160, blank=True)
    delivery = models.CharField(
        _("delivery method"), max_length=10, choices=PoliceDelivery, default=PoliceDelivery.IN_PERSON
    )
    email = models.EmailField(_("e-mail"), blank=True)
    certificate = models.TextField(
        _("certificate"),
        blank=True,
        help_text=_(
            "X.509 in PEM. Empty: each package is an archive with its own password, which you give to "
            "the police separately."
        ),
    )
    valid_until = models.DateTimeField(_("certificate valid until"), null=True, editable=False)
    grouping = models.CharField(_("packages"), max_length=4, choices=PackageGrouping, default=PackageGrouping.CASE)
    active = models.BooleanField(pgettext_lazy("recipient", "active"), default=True)
    is_default = models.BooleanField(
        _("receives the packages"),
        default=False,
        help_text=_("Only one recipient receives packages. This one replaces the current one."),
    )
    signed_at = models.DateTimeField(null=True, editable=False)
    signature = models.BinaryField(null=True, editable=False)

    impersonal_fields: ClassVar = "name unit"
    field_inventory: ClassVar = {
        (data_inventory.STAFF_TEXT, data_inventory.UNTIL_CHANGED): "email certificate",
        (data_inventory.DIGEST, data_inventory.UNTIL_CHANGED): "signature",
    }

    class Meta:
        verbose_name = _("police recipient")
        verbose_name_plural = _("police recipients")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="one_police_recipient",
                violation_error_message=_("Another recipient receives the packages already."),
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(active=True),
                name="police_recipient_active",
                violation_error_message=_("The recipient of packages must be active."),
            ),
            models.CheckConstraint(
                condition=~Q(delivery="email") | ~Q(email=""),
                name="police_recipient_email_has_address",
                violation_error_message=_("Enter the address that packages are sent to."),
            ),
            models.CheckConstraint(condition=Q(delivery__in=PoliceDelivery.values), name="police_delivery_known"),
            models.CheckConstraint(condition=Q(grouping__in=PackageGrouping.values), name="police_grouping_known"),
            models.CheckConstraint(
                condition=Q(certificate="", valid_until__isnull=True)
                | ~Q(certificate="") & Q(valid_until__isnull=False),
                name="police_certificate_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_full(self) -> str:
        """Name and unit, as printed in packages."""
        return ", ".join(filter(None, (self.name, self.unit)))

    def has_expired(self, now: datetime) -> bool:
        """Return whether its certificate expired before `now`."""
        return self.valid_until is not None and self.valid_until <= now

    def expires_soon(self, now: datetime) -> bool:
        """Return whether its certificate has expired or expires within 30 days."""
        return self.valid_until is not None and self.valid_until <= now + WARNED_BEFORE


class PolicePackage(QueuedRow):
    """One package.

    `members` is [{"name", "size", "sha256"}] of its files; `sha256` (hex) is that of the delivered file.
    `certificate_sha256` is the fingerprint of the recipient's certificate. `pictures` are the ids of its uploads;
    `unreadable_reports` are the ids of reports with text that could not be opened. The row is the queue entry of its e-mail.
    `mail_tag` (80 random bits, as in `MailThread`) is part of the e-mail's sender address and Message-ID.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("created by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    recipient = models.ForeignKey(
        PoliceRecipient, verbose_name=_("recipient"), on_delete=models.PROTECT, related_name="packages"
    )
    format = models.CharField(_("encryption"), max_length=3, choices=PackageFormat)
    certificate_sha256 = models.CharField(_("certificate"), max_length=64, blank=True)
    members = models.JSONField(default=list)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    pictures = models.JSONField(default=list)
    unreadable_reports = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=PackageState, default=PackageState.MADE)
    email_problem = models.CharField(_("problem"), max_length=12, choices=PackageProblem, blank=True)
    mail_tag = models.CharField(max_length=16, blank=True, editable=False)
    downloaded_at = models.DateTimeField(_("first downloaded"), null=True)
    delivered_at = models.DateTimeField(_("handed over"), null=True)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("handed over by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    delivery_method = models.CharField(_("method"), max_length=10, choices=PoliceDelivery, blank=True)
    receipt_number = models.CharField(_("receipt number"), max_length=120, blank=True)
    # NULL if the package was discarded automatically, because one of its cases was withdrawn.
    ended_at = models.DateTimeField(_("discarded"), null=True)
    referrals = models.ManyToManyField(Referral, through="PolicePackageItem", related_name="packages")

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.KEPT): (
            "created_at recipient format members size pictures unreadable_reports state email_problem due_at "
            "attempts failing_since error downloaded_at delivered_at delivery_method ended_at"
        ),
        (data_inventory.DIGEST, data_inventory.KEPT): "certificate_sha256 sha256 mail_tag",
        (data_inventory.STAFF_TEXT, data_inventory.KEPT): "receipt_number",
        (data_inventory.STAFF, data_inventory.KEPT): "created_by delivered_by",
    }

    class Meta:
        verbose_name = _("police package")
        verbose_name_plural = _("police packages")
        permissions = [("hand_over_policepackage", _("Can download packages for the police and record their delivery"))]
        constraints = [
            models.UniqueConstraint(fields=["mail_tag"], condition=~Q(mail_tag=""), name="one_package_a_tag"),
            models.CheckConstraint(condition=Q(state__in=PackageState.values), name="police_package_state_known"),
            models.CheckConstraint(condition=Q(format__in=PackageFormat.values), name="police_package_format_known"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="police_package_digest_well_formed"
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__isnull=False) & ~Q(delivery_method="")
                | ~Q(state="delivered") & Q(delivered_at__isnull=True, delivery_method=""),
                name="police_delivery_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="made") | Q(due_at__isnull=True), name="police_mail_before_delivery"
            ),
            models.CheckConstraint(
                condition=Q(state="failed", ended_at__isnull=False) | ~Q(state="failed") & Q(ended_at__isnull=True),
                name="police_discarded_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="police_package_waiting", condition=Q(state="made")),
            models.Index(
                fields=["due_at"], name="police_package_mail", condition=Q(state="made", due_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The package number, `LEA-2026-000012`, also shown to the police."""
        return format_reference("LEA", self.created_at, self.pk)

    @property
    def file_name(self) -> str:
        """The name of the delivered file."""
        return f"{self.reference}.zip" + (".p7m" if self.format == PackageFormat.CMS else "")


class PolicePackageItem(models.Model):
    """A referral in a package. `dropped_at`: the package was discarded, and the referral may go into another one."""

    package = models.ForeignKey(PolicePackage, on_delete=models.PROTECT, related_name="items")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="package_items")
    dropped_at = models.DateTimeField(null=True)

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.KEPT): "package referral dropped_at",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(dropped_at__isnull=True), name="one_package_a_referral"
            )
        ]

    def __str__(self) -> str:
        return f"referral {self.referral_id} in package {self.package_id}"


class PoliceFile(models.Model):
    """The bytes of a package, erased some time after delivery, or at delivery if it contains pictures.

    The UUID is the package's. `sealed` is the encrypted package, sealed again for the hotline (table
    `hotline_policefile`, field `file`). `sealed_password` (field `password`) is that of an archive, until a
    supervisor has read it. `outgoing` is the encrypted package alone, while its e-mail is queued. The process that
    connects to mail servers has no private key.
    """

    package = models.OneToOneField(PolicePackage, on_delete=models.PROTECT, primary_key=True, related_name="file")
    uuid = models.UUIDField(unique=True, editable=False)
    sealed = models.BinaryField(editable=False)
    sealed_password = models.BinaryField(null=True, editable=False)
    outgoing = models.BinaryField(null=True, editable=False)

    FILE = SealedColumn(ring="hotline", column="sealed", table="hotline_policefile", field="file")
    PASSWORD = SealedColumn(ring="hotline", column="sealed_password", table="hotline_policefile", field="password")
    sealed_fields = (FILE, PASSWORD)

    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.AFTER_HANDOVER): "sealed",
        (data_inventory.SEALED, data_inventory.UNTIL_READ): "sealed_password",
        (data_inventory.DIGEST, data_inventory.UNTIL_SENT): "outgoing",
        (data_inventory.CODES, data_inventory.AFTER_HANDOVER): "package",
    }

    def __str__(self) -> str:
        return f"file of package {self.package_id}"
