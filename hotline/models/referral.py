"""Referral: referrals and police holds."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.crypto.key_rotation import SealedColumn
from hotline import data_inventory
from hotline.models.content_items import ContentItem
from hotline.models.report import Report
from hotline.models.routing import MANUAL_ROUTES, Route


class ReferralState(models.TextChoices):
    """Progress of a referral."""

    CHECKING = "checking", pgettext_lazy("referral", "hosting is being checked again")
    HELD = "held", pgettext_lazy("referral", "waiting for the police")
    DUE = "due", pgettext_lazy("referral", "ready to send")
    SENT = "sent", pgettext_lazy("referral", "handed over")
    FAILED = "failed", pgettext_lazy("referral", "not sent")
    WITHDRAWN = "withdrawn", pgettext_lazy("referral", "withdrawn")


# The label of DUE for a route that analysts serve by hand.
BY_HAND = pgettext_lazy("referral", "to be handed over by hand")
# Not sent yet.
OPEN = (ReferralState.CHECKING, ReferralState.HELD, ReferralState.DUE)


class ReferralProblem(models.TextChoices):
    """Causes of a failed referral. The column accepts any code; these are the known ones with their labels."""

    HOSTING_CHANGED = "hosting_changed", pgettext_lazy("referral", "the hosting has changed; decide again")
    HOSTING_UNSURE = "hosting_unsure", pgettext_lazy("referral", "the host could not be checked again; decide again")
    ICCAM_OFF = (
        "iccam_off",
        pgettext_lazy("referral", "ICCAM is not set up; choose other recipients or ask the administrator to set it up"),
    )
    ICCAM_UNREACHABLE = (
        "iccam_unreachable",
        pgettext_lazy("referral", "ICCAM does not respond; the portal retries automatically"),
    )
    ICCAM_UNTRUSTED = (
        "iccam_untrusted",
        pgettext_lazy(
            "referral",
            "ICCAM and the portal do not accept each other's certificates; the administrator must check them",
        ),
    )
    ICCAM_SIGN_IN = (
        "iccam_sign_in",
        pgettext_lazy("referral", "ICCAM rejects our user name and password; the administrator must check them"),
    )
    ICCAM_BUSY = "iccam_busy", pgettext_lazy("referral", "ICCAM asks us to wait; the portal retries automatically")
    ICCAM_BROKEN = (
        "iccam_broken",
        pgettext_lazy("referral", "ICCAM reports an internal error; the portal retries automatically"),
    )
    ICCAM_UNREADABLE = (
        "iccam_unreadable",
        pgettext_lazy(
            "referral", "the response is not from ICCAM or not in the agreed form; the portal retries automatically"
        ),
    )
    ICCAM_CONFLICT = (
        "iccam_conflict",
        pgettext_lazy("referral", "ICCAM has other content under this number; check it there, then decide again"),
    )
    ICCAM_REFUSED = (
        "iccam_refused",
        pgettext_lazy("referral", "ICCAM rejects the report; check the address and its host, then decide again"),
    )
    ICCAM_NO_PARTNER = (
        "iccam_no_partner",
        pgettext_lazy("referral", "the hosting country has no partner hotline; choose other recipients"),
    )
    ICCAM_RULE = "iccam_rule", pgettext_lazy("referral", "an ICCAM rule forbids it; choose other recipients")
    ICCAM_INCOMPLETE = (
        "iccam_incomplete",
        pgettext_lazy("referral", "ICCAM does not list every address yet; the portal checks again automatically"),
    )
    NO_RECIPIENT = (
        "no_recipient",
        pgettext_lazy("referral", "no police recipient is set; a supervisor must set one"),
    )
    CERTIFICATE_EXPIRED = (
        "certificate_expired",
        pgettext_lazy("referral", "the police certificate has expired; a supervisor must ask the police for a new one"),
    )
    RECIPIENT_UNSIGNED = (
        "recipient_unsigned",
        pgettext_lazy(
            "referral",
            "a police recipient was added or changed outside the staff site, so nothing is handed over; a supervisor "
            "must check and save the recipients",
        ),
    )
    DECISION_UNSIGNED = (
        "decision_unsigned",
        pgettext_lazy(
            "referral",
            "this decision was added or changed outside the staff site, so nothing is handed over; withdraw it, "
            "decide again and inform the administrator",
        ),
    )
    NO_KEYS = (
        "no_keys",
        pgettext_lazy("referral", "the packing worker has no keys to open the case; inform the administrator"),
    )
    NOT_MADE = (
        "not_made",
        pgettext_lazy(
            "referral", "the package could not be created; inform the administrator, the server log gives the reason"
        ),
    )
    NO_CONTACT = "no_contact", pgettext_lazy("referral", "the register of abuse contacts has no contact for it")
    NOTICE_REFUSED = (
        "notice_refused",
        pgettext_lazy("referral", "the notice could not be sent; correct the contact in the register"),
    )
    NOTICE_WITHDRAWN = "notice_withdrawn", pgettext_lazy("referral", "the notice was withdrawn; decide again")


def state_label(route: str, state: str) -> str:
    """Return the label of the state of a referral on this route."""
    is_by_hand = state == ReferralState.DUE and route in MANUAL_ROUTES
    return str(BY_HAND if is_by_hand else ReferralState(state).label)


class Referral(models.Model):
    """The referral of one content item to one recipient, decided in a case.

    `country` is the hosting country at the decision (ISO 3166-1; empty: unknown). `urgent`: imminent danger to a child,
    decided by one person with a reason. The reason is sealed (table `hotline_referral`, field `reason`) and read by a
    supervisor (`reviewed_by`). `due_at` is the time of the next delivery attempt. An item has at most one open referral
    per recipient. `is_for_pictures`: the referral covers the locked pictures of the report. Its item is the report's
    first one, whose state does not change. The `signature` of a referral to the police is that of the staff site over
    the decision (`referral.orders`). A referral that has failed or was withdrawn has none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="referrals")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="referrals")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    route = models.CharField(_("recipient"), max_length=12, choices=Route)
    state = models.CharField(_("state"), max_length=12, choices=ReferralState, default=ReferralState.CHECKING)
    problem = models.CharField(_("problem"), max_length=24, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    created_at = models.DateTimeField(_("decided"))
    due_at = models.DateTimeField(_("next attempt"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    ended_at = models.DateTimeField(_("handed over or failed"), null=True)
    urgent = models.BooleanField(_("imminent danger"), default=False)
    is_for_pictures = models.BooleanField(_("locked pictures"), default=False, db_default=False)
    sealed_reason = models.BinaryField(null=True, editable=False)
    signature = models.BinaryField(null=True, editable=False)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)

    REASON = SealedColumn(ring="hotline", column="sealed_reason", table="hotline_referral", field="reason")
    sealed_fields = (REASON,)

    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.WORDS_RULE): "sealed_reason",
        (data_inventory.CODES, data_inventory.KEPT): (
            "item report route state problem country created_at due_at attempts ended_at urgent is_for_pictures "
            "reviewed_at"
        ),
        (data_inventory.DIGEST, data_inventory.KEPT): "signature",
        (data_inventory.STAFF, data_inventory.KEPT): "author reviewed_by",
    }

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
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

    @property
    def state_in_words(self) -> str:
        return state_label(self.route, self.state)

    @property
    def awaits_handover(self) -> bool:
        """Whether an analyst has to hand it over by hand and record that."""
        return self.state == ReferralState.DUE and self.route in MANUAL_ROUTES


class HoldEnd(models.TextChoices):
    """End of a police hold."""

    RELEASED = "released", pgettext_lazy("hold", "released by the police")
    EXPIRED = "expired", pgettext_lazy("hold", "expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("hold", "nothing was sent to the police")


class PoliceHold(models.Model):
    """A police hold on an item. The host is not notified, and reporters do not see the referral to the police."""

    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="holds")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    end = models.CharField(_("outcome"), max_length=12, choices=HoldEnd, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.KEPT): "item report placed_at until ended_at end",
        (data_inventory.STAFF, data_inventory.KEPT): "ended_by",
    }

    class Meta:
        verbose_name = _("police hold")
        verbose_name_plural = _("police holds")
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
