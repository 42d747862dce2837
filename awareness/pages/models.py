"""Fixed pages with their sections, partners and supporters of the Centre, and its contact points."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modeltranslation.manager import MultilingualManager

from awareness.publishing.models import CheckedRecord, PlacedRecord, Publication
from clicksafely.common.serbian.search_folding import SLUG_LENGTH


class PageName(models.TextChoices):
    """The fixed pages; a value is the slug of a page and the name of its URL."""

    HOME = "home", _("Home")
    CHILDREN = "for-children", _("For children")
    PARENTS = "for-parents", _("For parents")
    TEACHERS = "for-teachers", _("For teachers")
    HELP = "help", _("Help")
    ABOUT = "about", _("About the Centre")
    PARTNERS = "partners", _("Partners and supporters")
    CONTACT = "contact", _("Contact")
    PRIVACY = "privacy", _("Privacy")
    ACCESSIBILITY = "accessibility", _("Accessibility")


class FixedPage(CheckedRecord, Publication):
    """A page that every installation has and that is always public. Its text and its sections are translated (`sr`, `en`)."""

    title = models.CharField(
        _("title"), max_length=120, help_text=_("In the browser tab, in search results and above the heading.")
    )
    summary = models.CharField(_("in one sentence"), max_length=300, help_text=_("In search results and shared links."))
    heading = models.CharField(
        _("heading"), max_length=160, help_text=_("On the home page, words between two asterisks are highlighted.")
    )
    lead = models.CharField(_("introduction"), max_length=400)
    keywords = models.CharField(
        _("search words"),
        max_length=600,
        blank=True,
        help_text=_("Words that visitors search by, slang too, separated by commas. Visitors do not see them."),
    )

    folds_sections = models.BooleanField(
        _("fold the sections"),
        default=False,
        db_default=False,
        help_text=_("The first text and the sections with buttons or figures stay open."),
    )

    impersonal_fields: ClassVar = "slug title summary heading lead keywords"

    versioned_parts: ClassVar[tuple[str, ...]] = ("sections",)
    is_permanent = True

    class Meta(Publication.Meta):
        verbose_name = _("fixed page")
        verbose_name_plural = _("fixed pages")
        ordering = ("id",)
        default_permissions = ("change", "view")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(slug__in=PageName.values, withdrawn_at=None), name="fixed_page_known_and_public"
            ),
        )

    def __str__(self) -> str:
        return self.title


class SectionKind(models.TextChoices):
    """The kinds of sections, by the addition of the page to the text."""

    TEXT = "text", pgettext_lazy("section", "Text")
    HISTORY = "history", _("List of years")
    FIGURES = "figures", _("List of figures in large type")
    HELP_LINES = "help_lines", _("Help lines")
    CRISIS_LINES = "crisis_lines", _("Lines for thoughts of suicide")
    REMOVAL_SERVICES = "removal_services", _("Picture removal services")
    REPORT = "report", _("Button of the report form")
    OWN_PICTURE = "own_picture", _("Link to “Your own picture”")
    RIGHTS = "rights", _("Links to a report and to the contacts")
    PARTNERS = "partners", _("Link to the partners")
    YOUTH_PANEL = "youth_panel", _("Link to the youth panel")
    HELP = "help", _("Link to the help page")
    CONTACT = "contact", _("Link to the contacts")
    ABOUT = "about", _("Link to “About the Centre”")
    NEXT_STEPS = "next_steps", _("Buttons of help and report")
    CLASS_QUIZ = "class_quiz", _("Quiz with a class")
    SOURCES = "sources", _("Sources in small type")
    NET_PATROLA = "net_patrola", _("Net Patrola with a sample code")
    CENTRE = "centre", _("Figures of the Centre")


# Kinds of which a page has exactly one section each. It may have any number of sections of the kind TEXT.
REQUIRED_KINDS: Final[Mapping[str, Sequence[SectionKind]]] = {
    PageName.HOME: (SectionKind.NET_PATROLA, SectionKind.CENTRE, SectionKind.FIGURES),
    PageName.CHILDREN: (SectionKind.NEXT_STEPS,),
    PageName.PARENTS: (SectionKind.SOURCES,),
    PageName.TEACHERS: (SectionKind.CLASS_QUIZ, SectionKind.SOURCES),
    PageName.HELP: (
        SectionKind.HELP_LINES,
        SectionKind.CRISIS_LINES,
        SectionKind.REMOVAL_SERVICES,
        SectionKind.REPORT,
    ),
    PageName.ABOUT: (
        SectionKind.HISTORY,
        SectionKind.PARTNERS,
        SectionKind.REPORT,
        SectionKind.YOUTH_PANEL,
        SectionKind.FIGURES,
        SectionKind.HELP,
    ),
    PageName.PARTNERS: (),
    PageName.CONTACT: (SectionKind.ABOUT,),
    PageName.PRIVACY: (SectionKind.OWN_PICTURE, SectionKind.RIGHTS),
    PageName.ACCESSIBILITY: (SectionKind.CONTACT,),
}


class PageSection(models.Model):
    """A section of a fixed page: title and rich text; `slug` is its address within the page."""

    page = models.ForeignKey(FixedPage, on_delete=models.CASCADE, related_name="sections")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(
        _("kind"),
        max_length=16,
        choices=SectionKind,
        default=SectionKind.TEXT,
        help_text=_("How the text looks, or what follows it."),
    )
    title = models.CharField(_("heading"), max_length=160)
    text = models.TextField(_("text"))
    slug = models.SlugField(
        _("address within the page"), max_length=SLUG_LENGTH, help_text=_("Other pages link to it.")
    )

    impersonal_fields: ClassVar = "kind title text slug"

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ("order", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("page", "slug"),
                name="page_section_once",
                violation_error_message=_("Another section of this page has this address."),
            ),
            models.CheckConstraint(condition=models.Q(kind__in=SectionKind.values), name="page_section_kind_known"),
        )

    def __str__(self) -> str:
        return self.title


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


class Partner(PlacedRecord):
    """One organisation in one role and period. An organisation with two roles has two rows. Years are calendar years."""

    name = models.CharField(_("name"), max_length=160)
    role = models.CharField(_("role"), max_length=12, choices=PartnerRole)
    since = models.PositiveSmallIntegerField(_("from year"))
    until = models.PositiveSmallIntegerField(
        _("until year"), null=True, blank=True, help_text=_("Leave empty if it still applies.")
    )
    note = models.CharField(_("what it does"), max_length=200, blank=True)
    url = models.URLField(_("website"), blank=True)

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


class ContactPoint(PlacedRecord):
    """One address of one part of the Centre; `value` has the format of its kind."""

    unit = models.CharField(_("part of the Centre"), max_length=12, choices=ContactUnit)
    kind = models.CharField(_("kind"), max_length=8, choices=ContactKind)
    label = models.CharField(_("label"), max_length=80, blank=True, help_text=_("Shown instead of the address."))
    value = models.CharField(_("address"), max_length=200)
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
