"""A school's booking of places for a class, the dates it would take, and the letters it is sent. Who booked is sealed, and erased after the date."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.events.enums import BookingState, SchoolKind
from awareness.events.models.event import EventDate
from clicksafely.common import data_inventory
from clicksafely.common.crypto.key_rotation import SealedColumn
from clicksafely.common.places.fields import town_field

LARGEST_CLASS = 300
_S = BookingState


class Booking(models.Model):
    """Places for one class. `size` pupils and accompanying adults together; `grade` is empty where the institution has none.

    `sealed` holds the educator's name, e-mail address, telephone and needs of the class as JSON, sealed to the ring "bookings"; empty once
    erased. `submission` (SHA-256 of the form's state) makes a form that is sent twice one booking. `language` is that of the page (a code
    of LANGUAGES), in which letters are written.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.BinaryField(max_length=32, unique=True, editable=False)
    date = models.ForeignKey(EventDate, verbose_name=_("date"), on_delete=models.PROTECT, related_name="bookings")
    state = models.CharField(_("state"), max_length=10, choices=BookingState)
    school = models.CharField(_("school"), max_length=160)
    school_kind = models.CharField(_("kind of school"), max_length=10, choices=SchoolKind)
    town = town_field(_("town of the school"))
    grade = models.PositiveSmallIntegerField(_("grade"), null=True, blank=True)
    size = models.PositiveSmallIntegerField(
        _("places"), validators=[MinValueValidator(1), MaxValueValidator(LARGEST_CLASS)]
    )
    language = models.CharField(_("language"), max_length=7, choices=settings.LANGUAGES)
    sealed = models.BinaryField(null=True, editable=False)
    # Until when an offered place is kept.
    offered_until = models.DateTimeField(_("offered until"), null=True, blank=True, editable=False)
    # Since when letters come back: whoever looks after the event calls.
    unreachable_at = models.DateTimeField(_("unreachable since"), null=True, blank=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    booked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("last changed"), default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)

    sealed_fields = (SealedColumn(ring="bookings", column="sealed", table="events_booking", field="sealed"),)
    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.AFTER_THE_DATE): "sealed",
        (data_inventory.CODES, data_inventory.AFTER_THE_DATE): "unreachable_at",
        (data_inventory.DIGEST, data_inventory.FOR_FIGURES): "submission",
        (data_inventory.SCHOOL, data_inventory.FOR_FIGURES): "school school_kind town",
        (data_inventory.CODES, data_inventory.FOR_FIGURES): (
            "date state grade size language offered_until sequence booked_at changed_at erased_at"
        ),
    }

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ("-booked_at", "-id")
        indexes = (
            models.Index(fields=("date", "state"), name="booking_of_date"),
            # The next on a waiting list, and offers that run out.
            models.Index(fields=("date", "booked_at", "id"), name="booking_waiting", condition=Q(state=_S.WAITING)),
            models.Index(fields=("offered_until",), name="booking_offer_ends", condition=Q(state=_S.OFFERED)),
            models.Index(fields=("-booked_at", "-id"), name="booking_newest"),
            # The same of one town, of one state, and of those whose letters come back, for lists of a hundred thousand.
            models.Index(fields=("town", "-booked_at", "-id"), name="booking_newest_of_town"),
            models.Index(fields=("state", "-booked_at", "-id"), name="booking_newest_of_state"),
            models.Index(
                fields=("-booked_at", "-id"), name="booking_unreachable", condition=Q(unreachable_at__isnull=False)
            ),
            models.Index(fields=("date",), name="booking_to_erase", condition=Q(erased_at=None)),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state__in=BookingState.values), name="booking_state_known"),
            models.CheckConstraint(condition=Q(school_kind__in=SchoolKind.values), name="booking_school_kind_known"),
            models.CheckConstraint(
                condition=Q(size__range=(1, LARGEST_CLASS)),
                name="booking_size_sensible",
                violation_error_message=_("Between 1 and 300 places."),
            ),
            models.CheckConstraint(condition=Q(grade=None) | Q(grade__range=(1, 8)), name="booking_grade_sensible"),
            models.CheckConstraint(
                condition=Q(state=_S.OFFERED, offered_until__isnull=False)
                | (~Q(state=_S.OFFERED) & Q(offered_until=None)),
                name="booking_offer_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None, sealed__isnull=False) | Q(erased_at__isnull=False, sealed=None),
                name="booking_sealed_until_erased",
            ),
        )

    def __str__(self) -> str:
        return self.school


class BookingWish(models.Model):
    """A date that a school on the waiting list would take, the dearest first (`rank` 1); the booking's own date is among them."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="wishes")
    date = models.ForeignKey(EventDate, on_delete=models.CASCADE, related_name="wishes")
    rank = models.PositiveSmallIntegerField()

    field_inventory: ClassVar = {(data_inventory.CODES, data_inventory.AFTER_THE_DATE): "booking date rank"}

    class Meta:
        ordering = ("rank",)
        constraints = (
            models.UniqueConstraint(fields=("booking", "date"), name="one_wish_a_date"),
            models.UniqueConstraint(fields=("booking", "rank"), name="one_wish_a_rank"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="wish_rank_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.booking_id} {self.rank}"


class EmailKind(models.TextChoices):
    """What a letter tells."""

    BOOKED = "booked", pgettext_lazy("letter", "booked")
    WAITING = "waiting", pgettext_lazy("letter", "on the waiting list")
    OFFER = "offer", pgettext_lazy("letter", "a place is offered")
    LAPSED = "lapsed", pgettext_lazy("letter", "the offer lapsed")
    NO_PLACE = "no_place", pgettext_lazy("letter", "no place became free")
    CHANGED = "changed", pgettext_lazy("letter", "the booking changed")
    MOVED = "moved", pgettext_lazy("letter", "time or place changed")
    CANCELLED = "cancelled", pgettext_lazy("letter", "cancelled by the school")
    CANCELLED_BY_STAFF = "called_off", pgettext_lazy("letter", "called off by us")
    REMINDER = "reminder", pgettext_lazy("letter", "reminder")


class EmailState(models.TextChoices):
    """What became of a letter; the row is the queue."""

    DUE = "due", pgettext_lazy("letter", "to be sent")
    SENT = "sent", pgettext_lazy("letter", "sent")
    REFUSED = "refused", pgettext_lazy("letter", "refused by the mail server")
    BOUNCED = "bounced", pgettext_lazy("letter", "came back")
    DROPPED = "dropped", pgettext_lazy("letter", "overtaken")


class BookingEmail(models.Model):
    """A letter to the educator of a booking; its text is made when it is sent, so nothing of it is kept.

    `tag` stands in the address that failures come back to. `number` tells letters of a kind apart: reminders, changes.
    """

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(_("what it tells"), max_length=10, choices=EmailKind)
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(_("state"), max_length=8, choices=EmailState, default=EmailState.DUE)
    tag = models.CharField(max_length=16, unique=True)
    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True)

    field_inventory: ClassVar = {
        (data_inventory.DIGEST, data_inventory.AFTER_THE_DATE): "tag",
        (data_inventory.CODES, data_inventory.AFTER_THE_DATE): "booking kind number state due_at attempts sent_at",
    }

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ("due_at", "id")
        indexes = (models.Index(fields=("due_at",), name="letter_due", condition=Q(state=EmailState.DUE)),)
        constraints = (
            models.UniqueConstraint(fields=("booking", "kind", "number"), name="one_letter_of_a_number"),
            models.CheckConstraint(condition=Q(kind__in=EmailKind.values), name="letter_kind_known"),
            models.CheckConstraint(condition=Q(state__in=EmailState.values), name="letter_state_known"),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(sent_at__gte=F("due_at")), name="letter_sent_after_due"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
