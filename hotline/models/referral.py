"""Handing content over: the rules of routing, who is a partner hotline, what is handed to whom, and the hold of the police."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.crypto.key_rotation import SealedColumn
from hotline.models.content_items import ContentItem
from hotline.models.report import Report


class Route(models.TextChoices):
    """A way out of the hotline."""

    POLICE = "police", pgettext_lazy("route", "police")
    HOST = "host", pgettext_lazy("route", "host or platform")
    ICCAM = "iccam", pgettext_lazy("route", "partner hotline (ICCAM)")
    SIGNPOST = "signpost", pgettext_lazy("route", "pointed to help")


class HostingPlace(models.TextChoices):
    """Where content is, as far as routing asks."""

    SERBIA = "serbia", pgettext_lazy("place", "in Serbia")
    INHOPE = "inhope", pgettext_lazy("place", "in a country with a partner hotline")
    ELSEWHERE = "elsewhere", pgettext_lazy("place", "in a country without one")
    UNKNOWN = "unknown", pgettext_lazy("place", "not known where")
    ONION = "onion", pgettext_lazy("place", "onion service")
    PLATFORM = "platform", pgettext_lazy("place", "in an app or game")


class PartnerHotline(models.Model):
    """A country whose hotline is a member of INHOPE: what is hosted there goes to it over ICCAM."""

    country = models.CharField(
        _("country"), max_length=2, unique=True, help_text=_("Code of two letters, for example RS.")
    )
    name = models.CharField(_("hotline"), max_length=120, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("partner hotline")
        verbose_name_plural = _("partner hotlines")
        ordering = ["country"]
        constraints = [
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="partner_hotline_country_code")
        ]

    def __str__(self) -> str:
        return self.country


class RoutingRule(models.Model):
    """What is proposed for illegal content: by the answer to the leading question, and by where it is.

    The rule with an equal `classification` comes before one for any (empty), and one with an equal `place` before one for any.
    `hold_days` other than 0: the host hears nothing until the hold of the police ends, that many days at most.
    """

    classification = models.CharField(
        _("classification"), max_length=40, blank=True, help_text=_("Code of the answer. Empty: any illegal one.")
    )
    place = models.CharField(
        _("where"), max_length=12, choices=HostingPlace, blank=True, help_text=_("Empty: anywhere.")
    )
    police = models.BooleanField(Route.POLICE.label, default=False)
    host = models.BooleanField(Route.HOST.label, default=False)
    iccam = models.BooleanField(Route.ICCAM.label, default=False)
    signpost = models.BooleanField(Route.SIGNPOST.label, default=False)
    hold_days = models.PositiveSmallIntegerField(
        _("hold of the police, days"),
        default=0,
        help_text=_("So long the host is not told, unless the police release it."),
    )

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["classification", "place"]
        constraints = [
            models.UniqueConstraint(fields=["classification", "place"], name="one_routing_rule_a_place"),
            models.CheckConstraint(condition=Q(place__in=["", *HostingPlace.values]), name="routing_rule_place_known"),
            models.CheckConstraint(
                condition=Q(police=True) | Q(host=True) | Q(iccam=True) | Q(signpost=True),
                name="routing_rule_leads_out",
            ),
            models.CheckConstraint(
                condition=Q(hold_days=0) | Q(police=True, hold_days__lte=90), name="routing_rule_hold_needs_police"
            ),
            models.CheckConstraint(
                condition=Q(iccam=False) | Q(place__in=["", HostingPlace.INHOPE]),
                name="routing_rule_iccam_needs_partner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.classification or '*'} / {self.place or '*'}"

    @property
    def routes(self) -> list[Route]:
        """The ways it proposes."""
        return [route for route in Route if getattr(self, route.value)]


class ReferralState(models.TextChoices):
    """How far a hand-over has come."""

    CHECKING = "checking", pgettext_lazy("referral", "hosting is looked up again")
    HELD = "held", pgettext_lazy("referral", "waits for the police")
    DUE = "due", pgettext_lazy("referral", "is about to go out")
    SENT = "sent", pgettext_lazy("referral", "handed over")
    FAILED = "failed", pgettext_lazy("referral", "did not go out")
    WITHDRAWN = "withdrawn", pgettext_lazy("referral", "withdrawn")


# Still on their way.
OPEN = (ReferralState.CHECKING, ReferralState.HELD, ReferralState.DUE)


class ReferralProblem(models.TextChoices):
    """Why a hand-over did not go out. The column takes any code; what is said of it stands here."""

    HOSTING_CHANGED = "hosting_changed", pgettext_lazy("referral", "it is hosted elsewhere by now: decide again")
    HOSTING_UNSURE = "hosting_unsure", pgettext_lazy("referral", "the host could not be looked up again: decide again")
    ICCAM_OFF = "iccam_off", pgettext_lazy("referral", "ICCAM is not set up: choose another way, or have it set up")
    ICCAM_UNREACHABLE = (
        "iccam_unreachable",
        pgettext_lazy("referral", "ICCAM does not answer: it is tried again by itself"),
    )
    ICCAM_UNTRUSTED = (
        "iccam_untrusted",
        pgettext_lazy(
            "referral",
            "ICCAM and we do not accept each other's certificates: whoever runs the system must look at them",
        ),
    )
    ICCAM_SIGN_IN = (
        "iccam_sign_in",
        pgettext_lazy("referral", "ICCAM refuses our name and password: whoever runs the system must look at them"),
    )
    ICCAM_BUSY = "iccam_busy", pgettext_lazy("referral", "ICCAM asks us to wait: it is tried again by itself")
    ICCAM_BROKEN = (
        "iccam_broken",
        pgettext_lazy("referral", "ICCAM has a fault of its own: it is tried again by itself"),
    )
    ICCAM_UNREADABLE = (
        "iccam_unreadable",
        pgettext_lazy("referral", "what answers is not ICCAM, or not as agreed: it is tried again by itself"),
    )
    ICCAM_CONFLICT = (
        "iccam_conflict",
        pgettext_lazy("referral", "ICCAM has something else under the same number: look there, then decide again"),
    )
    ICCAM_REFUSED = (
        "iccam_refused",
        pgettext_lazy(
            "referral", "ICCAM does not take it as it is: look at the address and its host, then decide again"
        ),
    )
    ICCAM_NO_PARTNER = (
        "iccam_no_partner",
        pgettext_lazy("referral", "there is no partner hotline where it is hosted: choose another way"),
    )
    ICCAM_RULE = "iccam_rule", pgettext_lazy("referral", "a rule of ICCAM forbids it: choose another way")
    ICCAM_INCOMPLETE = (
        "iccam_incomplete",
        pgettext_lazy("referral", "ICCAM does not show every address yet: it is looked for again by itself"),
    )
    NO_RECIPIENT = (
        "no_recipient",
        pgettext_lazy("referral", "nobody at the police is set to get packages: a supervisor sets a recipient"),
    )
    CERTIFICATE_EXPIRED = (
        "certificate_expired",
        pgettext_lazy("referral", "the police's certificate has expired: a supervisor asks them for the new one"),
    )
    NO_KEYS = (
        "no_keys",
        pgettext_lazy(
            "referral", "the part that makes packages has no keys to open the case: tell whoever runs the system"
        ),
    )
    NOT_MADE = (
        "not_made",
        pgettext_lazy("referral", "the package could not be made: tell whoever runs the system, the log says why"),
    )
    NO_CONTACT = "no_contact", pgettext_lazy("referral", "nobody to write to is in the register of abuse contacts")
    NOTICE_REFUSED = "notice_refused", pgettext_lazy("referral", "the notice could not be sent: correct the register")
    NOTICE_WITHDRAWN = "notice_withdrawn", pgettext_lazy("referral", "the notice was withdrawn: decide again")


class Referral(models.Model):
    """One content item on one way out of the hotline, decided at a case.

    `country` is where it was hosted when that was decided (ISO 3166-1, empty: not known). `urgent`: imminent danger to a child, one
    person's decision with a reason, which is sealed (table `hotline_referral`, field `reason`) until a supervisor has `reviewed` it.
    `due_at` is when its channel tries next. At most one a way is open for an item. `is_for_pictures`: what is handed over are the locked
    pictures of the report, and nothing is said of the item (its first one), which stays where it is.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="referrals")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="referrals")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    route = models.CharField(_("way"), max_length=12, choices=Route)
    state = models.CharField(_("state"), max_length=12, choices=ReferralState, default=ReferralState.CHECKING)
    problem = models.CharField(_("problem"), max_length=24, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    made_at = models.DateTimeField(_("decided"))
    due_at = models.DateTimeField(_("next attempt"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    ended_at = models.DateTimeField(_("handed over or given up"), null=True)
    urgent = models.BooleanField(_("imminent danger"), default=False)
    is_for_pictures = models.BooleanField(_("locked pictures"), default=False, db_default=False)
    sealed_reason = models.BinaryField(null=True, editable=False)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)

    sealed_fields = (SealedColumn(ring="hotline", column="sealed_reason", table="hotline_referral", field="reason"),)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "route"],
                condition=Q(state__in=sorted(OPEN), is_for_pictures=False),
                name="one_open_referral_a_route",
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(state__in=sorted(OPEN), is_for_pictures=True),
                name="one_open_referral_of_pictures",
            ),
            models.CheckConstraint(
                condition=Q(is_for_pictures=False) | Q(route="police", urgent=False),
                name="referral_of_pictures_is_police",
            ),
            models.CheckConstraint(condition=Q(state__in=ReferralState.values), name="referral_state_known"),
            models.CheckConstraint(condition=Q(route__in=Route.values), name="referral_route_known"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(OPEN), ended_at__isnull=True)
                | ~Q(state__in=sorted(OPEN)) & Q(ended_at__isnull=False),
                name="referral_end_has_time",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(problem=""), name="referral_failure_has_problem"),
            models.CheckConstraint(condition=Q(urgent=False) | Q(route="police"), name="referral_urgent_is_police"),
        ]
        indexes = [
            models.Index(
                fields=["state", "route", "due_at"], name="referral_open", condition=Q(state__in=sorted(OPEN))
            ),
            models.Index(fields=["-id"], name="referral_failed", condition=Q(state="failed")),
            models.Index(
                fields=["-id"], name="referral_unreviewed", condition=Q(urgent=True, reviewed_at__isnull=True)
            ),
            models.Index(fields=["route", "ended_at"], name="referral_sent", condition=Q(state="sent")),
        ]

    def __str__(self) -> str:
        return f"{self.get_route_display()}: {self.item_id}"


class HoldEnd(models.TextChoices):
    """How a hold of the police ended."""

    RELEASED = "released", pgettext_lazy("hold", "released by the police")
    EXPIRED = "expired", pgettext_lazy("hold", "ran out")
    WITHDRAWN = "withdrawn", pgettext_lazy("hold", "nothing went to the police")


class PoliceHold(models.Model):
    """While the police work on an item its host hears nothing, and no reporter hears that it went to the police."""

    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="holds")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    end = models.CharField(_("how it ended"), max_length=12, choices=HoldEnd, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("hold of the police")
        verbose_name_plural = _("holds of the police")
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(ended_at__isnull=True), name="one_open_hold_an_item"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | Q(ended_at__isnull=False) & ~Q(end=""),
                name="hold_end_whole",
            ),
        ]
        indexes = [models.Index(fields=["until"], name="hold_open", condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return f"hold of item {self.item_id}"
