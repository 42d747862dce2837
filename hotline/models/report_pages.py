"""Texts and addresses of the report pages that the Centre approves."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class PageTextKey(models.TextChoices):
    """The places on the report pages."""

    OWN_PICTURE = "own-picture", pgettext_lazy("report page", "Sentence for a child who is in a picture")
    QUICK_EXIT = "quick-exit", pgettext_lazy("report page", "Page that the quick exit leads to")


class ReportPageText(models.Model):
    """One text or https address by `key`, in Serbian (Cyrillic) and English. `law` is the article of law behind it, or ""."""

    key = models.CharField(_("place"), max_length=16, choices=PageTextKey, unique=True)
    text_sr = models.CharField(_("text or address in Serbian"), max_length=300)
    text_en = models.CharField(_("text or address in English"), max_length=300)
    law_sr = models.CharField(_("article of law in Serbian"), max_length=120, blank=True)
    law_en = models.CharField(_("article of law in English"), max_length=120, blank=True)

    impersonal_fields: ClassVar = "text_sr text_en law_sr law_en"

    class Meta:
        verbose_name = _("text of the report pages")
        verbose_name_plural = _("texts of the report pages")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(condition=Q(key__in=PageTextKey.values), name="report_page_text_key_known"),
            models.CheckConstraint(
                condition=~Q(text_sr="") & ~Q(text_en=""),
                name="report_page_text_complete",
                violation_error_message=_("Write the text in both languages."),
            ),
            models.CheckConstraint(
                condition=~Q(key="quick-exit")
                | Q(text_sr__regex=r"^https://[^\s/@]+(/\S*)?$", text_en__regex=r"^https://[^\s/@]+(/\S*)?$"),
                name="report_page_quick_exit_is_https",
                violation_error_message=_("Enter complete addresses that begin with https://."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_key_display())

    @property
    def text(self) -> str:
        """The text or address, in the language of the page."""
        return self.text_en if get_language() == "en" else self.text_sr

    @property
    def law(self) -> str:
        """The article of law, in the language of the page."""
        return self.law_en if get_language() == "en" else self.law_sr
