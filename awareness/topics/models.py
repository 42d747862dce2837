"""Signposts: the help lines named wherever a person may be in distress."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

PHONE = r"^\+?[0-9]{3,15}$"


class Signpost(models.Model):
    """One help line. Title and description are written in `sr` and `en` (modeltranslation)."""

    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    title = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("when to call"), max_length=400)
    phone = models.CharField(
        _("phone number"),
        max_length=16,
        help_text=_("As it is dialled, digits only."),
        validators=[RegexValidator(PHONE, _("Digits only, with a plus sign in front if needed."))],
    )
    free = models.BooleanField(_("free of charge"), default=False)
    around_the_clock = models.BooleanField(_("day and night"), default=False)
    url = models.URLField(_("website"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("shown"), default=True)

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("help line")
        verbose_name_plural = _("help lines")
        ordering = ("order", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(phone__regex=PHONE),
                name="signpost_phone_can_be_dialled",
                violation_error_message=_("Digits only, with a plus sign in front if needed."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.phone} {self.title}"
