"""Help lines and picture removal services, and the topics of the public site."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from awareness.publishing.audiences import Reader
from awareness.publishing.models import CheckedRecord, PlacedRecord, Publication, appears_index, goes_index

PHONE = r"^\+?[0-9]{3,15}$"


class HelpLine(PlacedRecord, CheckedRecord):
    """One help line, the only source of its hours and cost. Title, description and hours are translated (`sr`, `en`)."""

    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    title = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("when to call"), max_length=400)
    phone = models.CharField(
        _("phone number"),
        max_length=16,
        help_text=_("Digits only, as dialled."),
        validators=[RegexValidator(PHONE, _("Digits only, with a plus sign in front if needed."))],
    )
    free = models.BooleanField(_("free of charge"), default=False)
    around_the_clock = models.BooleanField(_("day and night"), default=False)
    hours = models.CharField(
        _("hours"),
        max_length=60,
        blank=True,
        help_text=_("Days and hours, if the box above is not ticked. Leave empty if not confirmed."),
    )
    crisis = models.BooleanField(
        _("for thoughts of suicide"),
        default=False,
        help_text=_(
            "Shown on the help page and with topics, first where suicide is mentioned. Not shown at the end of "
            "every page."
        ),
    )
    source = models.CharField(
        _("source of hours and cost"), max_length=160, blank=True, help_text=_("For editors; visitors do not see it.")
    )
    url = models.URLField(_("website"), blank=True)
    active = models.BooleanField(_("shown"), default=True)

    impersonal_fields: ClassVar = "slug title description phone hours source url"

    often_checked = Q()

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

    @property
    def formatted_phone(self) -> str:
        """The number in groups of three after 0800, as printed in Serbia; other numbers as dialled."""
        prefix, number = self.phone[:4], self.phone[4:]
        return f"{prefix} {number[:3]} {number[3:]}" if prefix == "0800" else self.phone


class RemovalService(PlacedRecord, CheckedRecord):
    """A service that finds and removes copies of intimate pictures. The description is translated (`sr`, `en`)."""

    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    title = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("audience and purpose"), max_length=500)
    url = models.URLField(_("website"))
    active = models.BooleanField(_("shown"), default=True)

    impersonal_fields: ClassVar = "slug title description url"

    often_checked = Q()

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("picture removal service")
        verbose_name_plural = _("picture removal services")
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.title


class Topic(PlacedRecord, CheckedRecord, Publication):
    """A topic. Title, summary, what to do now, the law and sources (rich text) are translated (`sr`, `en`); answers are `TopicAnswer`s."""

    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("in one sentence"), max_length=240)
    keywords = models.CharField(
        _("search words"),
        max_length=600,
        blank=True,
        help_text=_("Words that visitors search by, slang too, separated by commas. Visitors do not see them."),
    )
    do_now = models.TextField(_("what to do now"), blank=True)
    sources = models.TextField(
        _("sources"), blank=True, help_text=_("Sources of the answers: laws by article, studies by name and year.")
    )
    law = models.TextField(
        _("what the law says"),
        blank=True,
        default="",
        db_default="",
        help_text=_("One box for adults and older readers: the articles, and what follows from them."),
    )
    approval_note = models.TextField(
        _("note for approval"),
        blank=True,
        default="",
        db_default="",
        help_text=_("What to check before the text is approved. Visitors do not see it."),
    )
    needs_approval = models.BooleanField(
        _("not approved yet"),
        default=False,
        db_default=False,
        help_text=_("Untick it when the Centre has approved the text. Until then it cannot be published."),
    )
    # A category of the report form ("csam", ...), used only in the link to the form. The list is in `common.report_registry`.
    report_category = models.SlugField(_("category of a report"), max_length=16, blank=True)
    removal_services = models.BooleanField(
        _("show the picture removal services"), default=False, help_text=_("For topics about intimate pictures.")
    )

    impersonal_fields: ClassVar = "slug title summary keywords do_now law sources approval_note report_category"

    versioned_parts: ClassVar[tuple[str, ...]] = ("answers",)

    class Meta(Publication.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ("order", "id")
        indexes = (appears_index("topic_appears"), goes_index("topic_goes"))

    def __str__(self) -> str:
        return self.title

    @property
    def has_unchecked_law(self) -> bool:
        """Whether the box on the law was not checked, so that visitors do not see it."""
        return bool(self.law) and self.checked_on is None

    def publication_faults(self) -> dict[str, str]:
        """Return what must be done before publication: the approval."""
        return {"needs_approval": str(_("Approve the text before you publish it."))} if self.needs_approval else {}


class TopicAnswer(models.Model):
    """An answer about a topic for one reader: heading, main point and rich text."""

    topic = models.ForeignKey(Topic, verbose_name=_("topic"), on_delete=models.CASCADE, related_name="answers")
    audience = models.CharField(_("reader"), max_length=10, choices=Reader)
    title = models.CharField(_("heading"), max_length=120)
    lead = models.CharField(_("main point"), max_length=300)
    body = models.TextField(_("answer"))

    impersonal_fields: ClassVar = "title lead body"

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("topic", "id")
        constraints = (
            models.UniqueConstraint(fields=("topic", "audience"), name="one_answer_an_audience"),
            models.CheckConstraint(condition=models.Q(audience__in=Reader.values), name="answer_audience_known"),
        )

    def __str__(self) -> str:
        return f"{self.get_audience_display()}: {self.title}"
