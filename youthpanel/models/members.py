"""Models of the panel's records: schools, cohorts, members with pseudonyms, and consents."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from clicksafely.common import data_inventory
from clicksafely.common.crypto.key_rotation import SealedColumn
from clicksafely.common.places import TOWNS, TownOrder
from clicksafely.common.places.fields import town_field
from clicksafely.common.serbian.alphabet import PageOrder
from clicksafely.common.serbian.scripts import source_title

MAX_COHORT_SIZE = 500
# The columns that name a member. The database role of the public site cannot read them, so its queries leave them out.
NAMING_FIELDS = ("identity", "sealed")
FIRST_BIRTH_YEAR, LAST_BIRTH_YEAR = 1990, 2100


def folded_column(column: str) -> Func:
    """Return a column in the form that the search compares: one spelling for both scripts."""
    return Func(F(column), function="clicksafely_fold", output_field=models.TextField())


def _in_script(name: str) -> str:
    """Return a Serbian name for readers of the active language: in Latin letters for Latin and English pages."""
    return source_title(name, get_language() or "")


class SchoolKind(models.TextChoices):
    """The kind of a school."""

    PRIMARY = "primary", _("Primary school")
    SECONDARY = "secondary", _("Secondary school")


class School(models.Model):
    """A school of members; its name is in Serbian."""

    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind of school"), max_length=9, choices=SchoolKind)
    town = town_field(_("town"))

    field_inventory: ClassVar = {
        (data_inventory.SCHOOL, data_inventory.FOR_FIGURES): "name kind town",
    }

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = (TownOrder("town"), PageOrder("name"), "id")
        constraints = (
            models.UniqueConstraint(
                folded_column("name"),
                F("town"),
                name="one_school_of_a_name",
                violation_error_message=_("A school with this name already exists in this town."),
            ),
            models.CheckConstraint(condition=Q(kind__in=SchoolKind.values), name="school_kind_known"),
        )

    def __str__(self) -> str:
        return _in_script(f"{self.name}, {TOWNS[self.town]}" if self.town in TOWNS else self.name)


class Cohort(models.Model):
    """Members who joined together, such as the expansion of October 2015. `target` is the planned number.

    Names in `sr` and `en`.
    """

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    begins_on = models.DateField(_("begins"))
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    target = models.PositiveSmallIntegerField(
        _("planned number of members"), validators=[MinValueValidator(1), MaxValueValidator(MAX_COHORT_SIZE)]
    )
    is_public = models.BooleanField(
        _("shown to the public"),
        default=False,
        help_text=_("Until then the page of the panel neither names the cohort nor counts its members."),
    )

    field_inventory: ClassVar = {
        (data_inventory.STAFF_TEXT, data_inventory.AS_RECORD): "slug name name_sr name_en",
        (data_inventory.CODES, data_inventory.FOR_FIGURES): "begins_on ends_on target is_public",
    }

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ("begins_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("begins_on")),
                name="cohort_ends_after_beginning",
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(condition=Q(target__range=(1, MAX_COHORT_SIZE)), name="cohort_target_sensible"),
        )

    def __str__(self) -> str:
        return _in_script(self.name)


class MemberRole(models.TextChoices):
    MEMBER = "member", pgettext_lazy("panel", "member")
    PEER_EDUCATOR = "peer-educator", pgettext_lazy("panel", "peer educator")
    SPEAKER = "speaker", pgettext_lazy("panel", "speaker")


class Member(models.Model):
    """A member, known by a pseudonym.

    `sealed` holds the real name and contacts (own and a guardian's) as JSON, sealed to the ring "panel". `identity` is
    an HMAC of the folded real name and the birth month, which detects duplicates. The row of an erased member has empty
    `sealed` and `identity`, and a number as pseudonym. It remains for statistics.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, verbose_name=_("cohort"), on_delete=models.PROTECT, related_name="members")
    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="members")
    pseudonym = models.CharField(_("pseudonym"), max_length=40)
    birth_year = models.PositiveSmallIntegerField(
        _("year of birth"), validators=[MinValueValidator(FIRST_BIRTH_YEAR), MaxValueValidator(LAST_BIRTH_YEAR)]
    )
    birth_month = models.PositiveSmallIntegerField(
        _("month of birth"), validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    role = models.CharField(_("role"), max_length=13, choices=MemberRole, default=MemberRole.MEMBER)
    joined_on = models.DateField(_("joined"))
    left_on = models.DateField(_("left"), null=True, blank=True)
    identity = models.BinaryField(max_length=32, unique=True, null=True, editable=False)
    sealed = models.BinaryField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    IDENTITY = SealedColumn(ring="panel", column="sealed", table="youthpanel_member", field="sealed")
    sealed_fields = (IDENTITY,)
    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.AFTER_LEAVING): "sealed",
        (data_inventory.DIGEST, data_inventory.AFTER_LEAVING): "identity",
        (data_inventory.PSEUDONYM, data_inventory.AFTER_LEAVING): "pseudonym",
        (data_inventory.SCHOOL, data_inventory.FOR_FIGURES): "school",
        (data_inventory.CODES, data_inventory.FOR_FIGURES): (
            "cohort birth_year birth_month role joined_on left_on erased_at changed_at"
        ),
    }

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ("cohort", PageOrder("pseudonym"), "id")
        permissions = (("open_identity", _("Can open the identity of members")),)
        indexes = (models.Index(fields=("birth_year", "birth_month"), name="member_by_birth"),)
        constraints = (
            models.UniqueConstraint(
                folded_column("pseudonym"),
                name="one_member_a_pseudonym",
                violation_error_message=_("Another member has this pseudonym. Choose a different one."),
            ),
            models.CheckConstraint(condition=Q(role__in=MemberRole.values), name="member_role_known"),
            models.CheckConstraint(condition=Q(birth_month__range=(1, 12)), name="member_birth_month_is_one"),
            # In the year of joining a member turns 11 to 18.
            models.CheckConstraint(
                condition=Q(joined_on__year__gte=F("birth_year") + 11, joined_on__year__lte=F("birth_year") + 19),
                name="member_of_an_age_for_the_panel",
                violation_error_message=_("Members are 11 to 18 years old when they join. Check the year of birth."),
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
                name="member_left_after_joining",
                violation_error_message=_("The member left before joining."),
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None, sealed__isnull=False, identity__isnull=False)
                | Q(erased_at__isnull=False, sealed=None, identity=None, left_on__isnull=False),
                name="member_known_until_erased",
            ),
        )

    def __str__(self) -> str:
        return _in_script(self.pseudonym)


class ConsentScope(models.TextChoices):
    """The purpose of a consent."""

    MEMBERSHIP = "membership", pgettext_lazy("consent", "membership")
    ONLINE = "online", pgettext_lazy("consent", "taking part online")
    PHOTOGRAPH = "photograph", pgettext_lazy("consent", "photographs")
    QUOTATION = "quotation", pgettext_lazy("consent", "quotations")
    TRAVEL = "travel", pgettext_lazy("consent", "travel")


class ConsentGiver(models.TextChoices):
    """The giver of a consent: a guardian below the age of 15, then the member."""

    GUARDIAN = "guardian", pgettext_lazy("consent", "guardian")
    MEMBER = "member", pgettext_lazy("consent", "the member")


class Consent(models.Model):
    """A consent on paper. `document` is the filing place of the paper.

    It is valid from `given_on` until `expires_on` or its withdrawal.
    """

    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.CASCADE, related_name="consents")
    scope = models.CharField(_("purpose"), max_length=10, choices=ConsentScope)
    giver = models.CharField(_("given by"), max_length=8, choices=ConsentGiver)
    document = models.CharField(_("document"), max_length=120, help_text=_("Where the signed form is filed."))
    given_on = models.DateField(_("given"))
    expires_on = models.DateField(_("expires"))
    withdrawn_on = models.DateField(_("withdrawn"), null=True, blank=True)
    reminded_on = models.DateField(null=True, editable=False)
    # When an e-mail told the coordinators that it ends.
    announced_on = models.DateField(null=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    field_inventory: ClassVar = {
        (data_inventory.PSEUDONYM, data_inventory.AFTER_LEAVING): "document",
        (
            data_inventory.CODES,
            data_inventory.FOR_FIGURES,
        ): "member scope giver given_on expires_on withdrawn_on reminded_on announced_on",
        (data_inventory.STAFF, data_inventory.FOR_FIGURES): "recorded_by",
    }

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ("member", "scope", "-given_on", "-id")
        indexes = (models.Index(fields=("expires_on",), name="consent_expires", condition=Q(withdrawn_on=None)),)
        constraints = (
            models.UniqueConstraint(
                fields=("member", "scope"),
                condition=Q(withdrawn_on=None),
                name="one_consent_that_holds",
                violation_error_message=_("There is already such a consent. Withdraw it first, or change it."),
            ),
            models.CheckConstraint(condition=Q(scope__in=ConsentScope.values), name="consent_scope_known"),
            models.CheckConstraint(condition=Q(giver__in=ConsentGiver.values), name="consent_giver_known"),
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("given_on")),
                name="consent_expires_after_given",
                violation_error_message=_("The consent expires before it is given."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("given_on")),
                name="consent_withdrawn_after_given",
                violation_error_message=_("It was withdrawn before it was given."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_scope_display()}: {self.get_giver_display()}"
