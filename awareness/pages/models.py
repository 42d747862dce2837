"""Partners and supporters of the Centre, and its contact points."""

from typing import ClassVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager


class PartnerRole(models.TextChoices):
    CONSORTIUM = "consortium", _("Consortium")
    FORERUNNER = "forerunner", _("Founder of the campaign")
    FUNDER = "funder", _("Funder")
    SUPPORTER = "supporter", _("Supporter")
    NETWORK = "network", _("Network")

    @property
    def heading(self) -> Promise | str:
        """Heading above all partners with this role."""
        return {PartnerRole.FUNDER: _("Funders"), PartnerRole.SUPPORTER: _("Supporters")}.get(self, self.label)


class Partner(models.Model):
    """One organisation in one role and period. An organisation with two roles has two rows. Years are calendar years."""

    name = models.CharField(_("name"), max_length=160)
    role = models.CharField(_("role"), max_length=12, choices=PartnerRole)
    since = models.PositiveSmallIntegerField(_("from year"))
    until = models.PositiveSmallIntegerField(
        _("until year"), null=True, blank=True, help_text=_("Leave empty if it still applies.")
    )
    note = models.CharField(_("what it does"), max_length=200, blank=True)
    url = models.URLField(_("website"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    impersonal_fields: ClassVar = "name note url"

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ("order", "id")
        constraints = (
            models.UniqueConstraint(fields=("name", "role"), name="partner_once_in_a_role"),
            models.CheckConstraint(condition=models.Q(role__in=PartnerRole.values), name="partner_role_known"),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="partner_period_runs_forward",
                violation_error_message=_("The last year cannot be before the first."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class ContactKind(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    WEBSITE = "website", _("Website")
    SOCIAL = "social", _("Social network")


class ContactUnit(models.TextChoices):
    CENTRE = "centre", _("Awareness centre")
    HOTLINE = "hotline", _("Net Patrola")
    YOUTH_PANEL = "youth-panel", _("Youth panel")


class ContactPoint(models.Model):
    """One address of one part of the Centre; `value` has the format of its kind."""

    unit = models.CharField(_("part of the Centre"), max_length=12, choices=ContactUnit)
    kind = models.CharField(_("kind"), max_length=8, choices=ContactKind)
    label = models.CharField(_("label"), max_length=80, blank=True, help_text=_("Shown instead of the address."))
    value = models.CharField(_("address"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("shown"), default=True)

    impersonal_fields: ClassVar = "label value"

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ("order", "id")
        constraints = (
            models.UniqueConstraint(fields=("unit", "kind", "value"), name="contact_point_once"),
            models.CheckConstraint(condition=models.Q(unit__in=ContactUnit.values), name="contact_unit_known"),
            models.CheckConstraint(
                condition=(
                    models.Q(kind="email", value__regex=r"^[^@\s]+@[^@\s]+$")
                    | models.Q(kind="phone", value__regex=r"^\+?[0-9]{3,15}$")
                    | models.Q(kind__in=("website", "social"), value__regex=r"^https?://[^\s]+$")
                ),
                name="contact_value_fits_its_kind",
                violation_error_message=_(
                    "Enter an address of the chosen kind: an e-mail address, digits, or https://…"
                ),
            ),
        )

    def __str__(self) -> str:
        return self.label or self.value

    @property
    def href(self) -> str:
        """The link: `mailto:`, `tel:` or the URL."""
        scheme = {ContactKind.EMAIL: "mailto:", ContactKind.PHONE: "tel:"}.get(ContactKind(self.kind), "")
        return scheme + self.value
