"""Packages for the police: to whom they go, what was in each, and how it was handed over."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.crypto.key_rotation import SealedColumn
from hotline.models.referral import Referral

# Supervisors are warned so long before a certificate ends.
WARNED_BEFORE = timedelta(days=30)


class PoliceDelivery(models.TextChoices):
    """How a package gets to the police."""

    IN_PERSON = "in_person", pgettext_lazy("delivery", "in person")
    PORTAL = "portal", pgettext_lazy("delivery", "by their secure portal")
    EMAIL = "email", pgettext_lazy("delivery", "by e-mail")


class PackageGrouping(models.TextChoices):
    """What goes into one package."""

    CASE = "case", pgettext_lazy("package", "one for each case, at once")
    DAY = "day", pgettext_lazy("package", "one a day")


class PackageFormat(models.TextChoices):
    """How a package is encrypted."""

    CMS = "cms", pgettext_lazy("package", "encrypted to the recipient's certificate (CMS)")
    ZIP = "zip", pgettext_lazy("package", "archive with a password (AES-256)")


class PackageState(models.TextChoices):
    """How far a package has come."""

    MADE = "made", pgettext_lazy("package", "waits to be handed over")
    DELIVERED = "delivered", pgettext_lazy("package", "handed over")
    FAILED = "failed", pgettext_lazy("package", "discarded")


class PackageProblem(models.TextChoices):
    """Why an e-mail with a package did not go out; it waits to be handed over by hand, or to be tried again."""

    NOT_NOW = "not_now", pgettext_lazy("package", "the mail server cannot be reached or used, it is tried again")
    DEFERRED = "deferred", pgettext_lazy("package", "the mail server asks for later, it is tried again")
    LOST = (
        "lost",
        pgettext_lazy(
            "package", "the connection broke off, it may have arrived; it is sent again, with the same number"
        ),
    )
    REFUSED = (
        "refused",
        pgettext_lazy("package", "the mail server refuses the recipient or the message: hand it over in another way"),
    )
    GIVEN_UP = "given_up", pgettext_lazy("package", "it could not be sent for three days: hand it over in another way")
    RETURNED = "returned", pgettext_lazy("package", "it came back undelivered: hand it over in another way")
    TOO_LARGE = "too_large", pgettext_lazy("package", "it is too large for an e-mail: hand it over in another way")
    PICTURES = (
        "pictures",
        pgettext_lazy("package", "it holds locked pictures, which never go by e-mail: hand it over in another way"),
    )


class PoliceRecipient(models.Model):
    """A unit of the police. `certificate` is X.509 in PEM, `valid_until` read from it; without one it gets archives with a password."""

    name = models.CharField(_("name"), max_length=120)
    unit = models.CharField(_("unit"), max_length=160, blank=True)
    delivery = models.CharField(
        _("way of delivery"), max_length=10, choices=PoliceDelivery, default=PoliceDelivery.IN_PERSON
    )
    email = models.EmailField(_("e-mail"), blank=True)
    certificate = models.TextField(
        _("certificate"),
        blank=True,
        help_text=_("X.509 in PEM. Empty: each package is an archive with a password of its own, told in another way."),
    )
    valid_until = models.DateTimeField(_("certificate valid until"), null=True, editable=False)
    grouping = models.CharField(_("packages"), max_length=4, choices=PackageGrouping, default=PackageGrouping.CASE)
    active = models.BooleanField(pgettext_lazy("recipient", "active"), default=True)
    is_default = models.BooleanField(
        _("gets the packages"), default=False, help_text=_("One recipient does; the one that did until now no longer.")
    )

    class Meta:
        verbose_name = _("recipient at the police")
        verbose_name_plural = _("recipients at the police")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_police_recipient"),
            models.CheckConstraint(condition=Q(is_default=False) | Q(active=True), name="police_recipient_active"),
            models.CheckConstraint(
                condition=~Q(delivery="email") | ~Q(email=""), name="police_recipient_email_has_address"
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
        """Name and unit, as packages name it."""
        return ", ".join(filter(None, (self.name, self.unit)))

    def has_expired(self, now: datetime) -> bool:
        """Whether its certificate ended before `now`."""
        return self.valid_until is not None and self.valid_until <= now

    def expires_soon(self, now: datetime) -> bool:
        """Whether its certificate ends within 30 days, or has."""
        return self.valid_until is not None and self.valid_until <= now + WARNED_BEFORE


class PolicePackage(models.Model):
    """One package. `members` is [{"name", "size", "sha256"}] of what is inside, `sha256` that of the file that is handed over (hex).

    `certificate_sha256` is the fingerprint of the certificate it was encrypted to. `pictures` are ids of
    uploads in it, `without` of reports whose words could not be opened. `due_at` is when its e-mail is tried next. `mail_tag`
    (80 random bits, as in `MailThread`) is in the address its e-mail comes from, and is its Message-ID.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, null=True, related_name="+"
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
    without = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=PackageState, default=PackageState.MADE)
    problem = models.CharField(_("problem"), max_length=12, choices=PackageProblem, blank=True)
    due_at = models.DateTimeField(_("next attempt"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
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
    delivered_how = models.CharField(_("how"), max_length=10, choices=PoliceDelivery, blank=True)
    receipt_number = models.CharField(_("number of the receipt"), max_length=120, blank=True)
    # Whoever discarded it, or nobody where a case in it was taken back.
    ended_at = models.DateTimeField(_("discarded"), null=True)
    referrals = models.ManyToManyField(Referral, through="PolicePackageItem", related_name="packages")

    class Meta:
        verbose_name = _("package for the police")
        verbose_name_plural = _("packages for the police")
        permissions = [("hand_over_policepackage", "Can download packages for the police and record their delivery")]
        constraints = [
            models.UniqueConstraint(fields=["mail_tag"], condition=~Q(mail_tag=""), name="one_package_a_tag"),
            models.CheckConstraint(condition=Q(state__in=PackageState.values), name="police_package_state_known"),
            models.CheckConstraint(condition=Q(format__in=PackageFormat.values), name="police_package_format_known"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="police_package_digest_well_formed"
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__isnull=False) & ~Q(delivered_how="")
                | ~Q(state="delivered") & Q(delivered_at__isnull=True, delivered_how=""),
                name="police_delivery_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="failed", ended_at__isnull=False) | ~Q(state="failed") & Q(ended_at__isnull=True),
                name="police_discarded_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["made_at"], name="police_package_waiting", condition=Q(state="made")),
            models.Index(
                fields=["due_at"], name="police_package_mail", condition=Q(state="made", due_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Its number, `LEA-2026-000012`, which the police read too."""
        return reference_of(self.pk, self.made_at)

    @property
    def file_name(self) -> str:
        """The name of the file that is handed over."""
        return f"{self.reference}.zip" + (".p7m" if self.format == PackageFormat.CMS else "")


def reference_of(pk: int, made_at: datetime) -> str:
    """The number of a package by its id."""
    return f"LEA-{made_at:%Y}-{pk:06d}"


class PolicePackageItem(models.Model):
    """That a hand-over is in a package. `dropped_at`: the package was discarded, and the hand-over may go into another one."""

    package = models.ForeignKey(PolicePackage, on_delete=models.PROTECT, related_name="items")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="package_items")
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(dropped_at__isnull=True), name="one_package_a_referral"
            )
        ]

    def __str__(self) -> str:
        return f"referral {self.referral_id} in package {self.package_id}"


class PoliceFile(models.Model):
    """The bytes of a package, from its making until some time after the hand-over, or until then where pictures are in it; its UUID is the package's.

    `sealed` is the encrypted package, sealed for the hotline once more (table `hotline_policefile`, field `file`). `sealed_password`
    (field `password`) is that of an archive, until a supervisor has read it. `outgoing` is the encrypted package alone, while an e-mail
    with it waits: the part that speaks to mail servers opens no seals.
    """

    package = models.OneToOneField(PolicePackage, on_delete=models.PROTECT, primary_key=True, related_name="file")
    uuid = models.UUIDField(unique=True, editable=False)
    sealed = models.BinaryField(editable=False)
    sealed_password = models.BinaryField(null=True, editable=False)
    outgoing = models.BinaryField(null=True, editable=False)

    sealed_fields = (
        SealedColumn(ring="hotline", column="sealed", table="hotline_policefile", field="file"),
        SealedColumn(ring="hotline", column="sealed_password", table="hotline_policefile", field="password"),
    )

    def __str__(self) -> str:
        return f"file of package {self.package_id}"
