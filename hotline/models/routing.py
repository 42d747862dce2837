"""Routing: the channels of referral, the hosting places, partner hotlines, and the rules that propose channels."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Route(models.TextChoices):
    """Recipients of a referral."""

    POLICE = "police", pgettext_lazy("route", "police")
    HOST = "host", pgettext_lazy("route", "host or platform")
    ICCAM = "iccam", pgettext_lazy("route", "partner hotline (ICCAM)")
    SIGNPOST = "signpost", pgettext_lazy("route", "help service")


class ActionKind(models.TextChoices):
    """Kinds of action on an item."""

    POLICE = "police", pgettext_lazy("action", "reported to the police")
    HOST = "host", pgettext_lazy("action", "reported to the host or platform")
    PARTNER = "partner", pgettext_lazy("action", "referred to a partner hotline")
    REMOVED = "removed", pgettext_lazy("action", "found removed")
    UNAVAILABLE = "unavailable", pgettext_lazy("action", "found unavailable")
    MOVED = "moved", pgettext_lazy("action", "found moved")
    SIGNPOST = "signpost", pgettext_lazy("action", "referred to a help service")


@dataclass(frozen=True, kw_only=True, eq=False)
class ReferralChannel:
    """A channel of referral. `RoutingRule` has a column with the code of its route.

    `action` is the action on an item that a sent referral records. `task` is the periodic task that takes its due
    referrals. It is "" if an analyst hands over by hand and records that on the case page. `key` chooses the channel on
    the case page. Every letter is taken, so a new channel has none. `seeks_removal`: a referral starts availability
    checks, and statistics count it as a hand-over.
    """

    action: ActionKind
    task: str
    key: str = ""
    seeks_removal: bool = True


REFERRAL_CHANNELS: Final[dict[Route, ReferralChannel]] = {
    Route.POLICE: ReferralChannel(action=ActionKind.POLICE, task="hotline.build_police_packages", key="p"),
    Route.HOST: ReferralChannel(action=ActionKind.HOST, task="hotline.send_notices", key="h"),
    Route.ICCAM: ReferralChannel(action=ActionKind.PARTNER, task="hotline.sync_iccam", key="g"),
    Route.SIGNPOST: ReferralChannel(action=ActionKind.SIGNPOST, task="", key="z", seeks_removal=False),
}
MANUAL_ROUTES: Final = frozenset(route for route, channel in REFERRAL_CHANNELS.items() if not channel.task)


class HostingPlace(models.TextChoices):
    """Location of content, as far as routing rules distinguish it."""

    SERBIA = "serbia", pgettext_lazy("place", "in Serbia")
    INHOPE = "inhope", pgettext_lazy("place", "in a country with a partner hotline")
    ELSEWHERE = "elsewhere", pgettext_lazy("place", "in a country without one")
    UNKNOWN = "unknown", pgettext_lazy("place", "unknown")
    ONION = "onion", pgettext_lazy("place", "onion service")
    PLATFORM = "platform", pgettext_lazy("place", "in an app or game")


class PartnerHotline(models.Model):
    """A country with an INHOPE member hotline, which receives content hosted there over ICCAM."""

    country = models.CharField(_("country"), max_length=2, unique=True, help_text=_("Two-letter code, for example RS."))
    name = models.CharField(_("hotline"), max_length=120, blank=True)
    active = models.BooleanField(_("active"), default=True)

    impersonal_fields: ClassVar = "country name"

    class Meta:
        verbose_name = _("partner hotline")
        verbose_name_plural = _("partner hotlines")
        ordering = ["country"]
        constraints = [
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"),
                name="partner_hotline_country_code",
                violation_error_message=_("This is not the code of a country. For example RS, DE or US."),
            )
        ]

    def __str__(self) -> str:
        return self.country


class RoutingRule(models.Model):
    """The proposed recipients for illegal content, by classification and hosting place.

    A rule with an equal `classification` precedes one for any (empty). A rule with an equal `place` precedes one for
    any. With `hold_days`, the host is not notified until the police hold ends, at most that many days.
    """

    classification = models.CharField(
        _("classification"), max_length=40, blank=True, help_text=_("Answer code. Empty: any illegal content.")
    )
    place = models.CharField(
        _("where"), max_length=12, choices=HostingPlace, blank=True, help_text=_("Empty: anywhere.")
    )
    # One column a channel.
    police = models.BooleanField(Route.POLICE.label, default=False)
    host = models.BooleanField(Route.HOST.label, default=False)
    iccam = models.BooleanField(Route.ICCAM.label, default=False)
    signpost = models.BooleanField(Route.SIGNPOST.label, default=False)
    hold_days = models.PositiveSmallIntegerField(
        _("police hold, days"),
        default=0,
        help_text=_("The host is not notified during this time, unless the police release the hold."),
    )

    impersonal_fields: ClassVar = "classification"

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["classification", "place"]
        constraints = [
            models.UniqueConstraint(fields=["classification", "place"], name="one_routing_rule_a_place"),
            models.CheckConstraint(condition=Q(place__in=["", *HostingPlace.values]), name="routing_rule_place_known"),
            models.CheckConstraint(
                condition=reduce(or_, (Q(**{route.value: True}) for route in Route)),
                name="routing_rule_has_recipient",
                violation_error_message=_("Choose at least one recipient."),
            ),
            models.CheckConstraint(
                condition=Q(hold_days=0) | Q(police=True, hold_days__lte=90),
                name="routing_rule_hold_needs_police",
                violation_error_message=_("A police hold requires the police as a recipient."),
            ),
            models.CheckConstraint(
                condition=Q(iccam=False) | Q(place__in=["", HostingPlace.INHOPE]),
                name="routing_rule_iccam_needs_partner",
                violation_error_message=_("There is no partner hotline for this hosting place."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.classification or gettext('any illegal content')}, {self.get_place_display() or gettext('anywhere')}"

    @property
    def routes(self) -> list[Route]:
        """The recipients that the rule proposes."""
        return [route for route in Route if getattr(self, route.value)]
