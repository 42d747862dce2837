"""Bookings by schools, their acceptable dates and their e-mails."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.events.enums import BookingState, SchoolKind
from awareness.events.models.event import EventDate
from clicksafely.common import data_inventory
from clicksafely.common.crypto.key_rotation import SealedColumn
from clicksafely.common.places.fields import town_field
from clicksafely.common.queue.outgoing import QueuedRow
from clicksafely.common.references import format_reference

MAX_CLASS_SIZE = 300
_S = BookingState


class Booking(models.Model):
    """Places for one class. `size` counts pupils and accompanying adults; `grade` is empty if the institution has none.

    `sealed` holds the teacher's name, e-mail address, telephone and the needs of the class as JSON. It is sealed to the
    ring "bookings". It is erased after the date and is then empty. `submission` (SHA-256 of the form's state) makes
    repeated submissions of a form idempotent. `language` is the language of the page (a code of LANGUAGES) and of all
    e-mails.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.BinaryField(max_length=32, unique=True, editable=False)
    date = models.ForeignKey(EventDate, verbose_name=_("date"), on_delete=models.PROTECT, related_name="bookings")
    state = models.CharField(_("state"), max_length=18, choices=BookingState)
    school = models.CharField(_("school"), max_length=160)
    school_kind = models.CharField(_("kind of school"), max_length=10, choices=SchoolKind)
    town = town_field(_("town of the school"))
    grade = models.PositiveSmallIntegerField(_("grade"), null=True, blank=True)
    size = models.PositiveSmallIntegerField(
        _("places"), validators=[MinValueValidator(1), MaxValueValidator(MAX_CLASS_SIZE)]
    )
    language = models.CharField(_("language"), max_length=7, choices=settings.LANGUAGES)
    sealed = models.BinaryField(null=True, editable=False)
    offered_until = models.DateTimeField(_("offered until"), null=True, blank=True, editable=False)
    # Set when the latest e-mail bounced; organisers then telephone.
    unreachable_at = models.DateTimeField(_("unreachable since"), null=True, blank=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    booked_at = models.DateTimeField(_("requested"), default=timezone.now, editable=False)
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
        permissions = (("export_lists", _("Can export dates and bookings")),)
        indexes = (
            models.Index(fields=("date", "state"), name="booking_of_date"),
            models.Index(fields=("date", "booked_at", "id"), name="booking_waiting", condition=Q(state=_S.WAITING)),
            models.Index(fields=("offered_until",), name="booking_offer_ends", condition=Q(state=_S.OFFERED)),
            models.Index(fields=("-booked_at", "-id"), name="booking_newest"),
            # The filtered lists of the staff site stay fast with 100,000 bookings.
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
                condition=Q(size__range=(1, MAX_CLASS_SIZE)),
                name="booking_size_sensible",
                violation_error_message=_("The number of places must be between 1 and 300."),
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

    @property
    def reference(self) -> str:
        """The staff's number, `B-2026-000042`."""
        return format_reference("B", self.booked_at, self.pk)


class BookingWish(models.Model):
    """A date that the school accepts. `rank` 1 is the preferred one; the booking's own date is among them."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="wishes")
    date = models.ForeignKey(EventDate, on_delete=models.CASCADE, related_name="wishes")
    rank = models.PositiveSmallIntegerField()

    field_inventory: ClassVar = {(data_inventory.CODES, data_inventory.AFTER_THE_DATE): "booking date rank"}

    class Meta:
        verbose_name = _("booking wish")
        verbose_name_plural = _("booking wishes")
        ordering = ("rank",)
        constraints = (
            models.UniqueConstraint(fields=("booking", "date"), name="one_wish_a_date"),
            models.UniqueConstraint(fields=("booking", "rank"), name="one_wish_a_rank"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="wish_rank_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.booking_id} {self.rank}"


class EmailKind(models.TextChoices):
    """Kind of an e-mail about a booking; `templates/emails/bookings` has a template of each name."""

    BOOKED = "booked", pgettext_lazy("e-mail", "booked")
    WAITING = "waiting", pgettext_lazy("e-mail", "on the waiting list")
    PLACES_OFFERED = "places_offered", pgettext_lazy("e-mail", "places are offered")
    OFFER_EXPIRED = "offer_expired", pgettext_lazy("e-mail", "the offer expired")
    NO_PLACES_LEFT = "no_places_left", pgettext_lazy("e-mail", "no places became free")
    BOOKING_CHANGED = "booking_changed", pgettext_lazy("e-mail", "the booking changed")
    DATE_MOVED = "date_moved", pgettext_lazy("e-mail", "time or place changed")
    CANCELLED_BY_SCHOOL = "cancelled_by_school", pgettext_lazy("e-mail", "cancelled by the school")
    CANCELLED_BY_STAFF = "cancelled_by_staff", pgettext_lazy("e-mail", "cancelled by us")
    REMINDER = "reminder", pgettext_lazy("e-mail", "reminder")


class EmailState(models.TextChoices):
    """Delivery state of an e-mail; the table is the queue."""

    DUE = "due", pgettext_lazy("e-mail", "to be sent")
    SENT = "sent", pgettext_lazy("e-mail", "sent")
    REFUSED = "refused", pgettext_lazy("e-mail", "refused by the mail server")
    BOUNCED = "bounced", pgettext_lazy("e-mail", "returned undelivered")
    DROPPED = "dropped", pgettext_lazy("e-mail", "replaced by a newer one")


class BookingEmail(QueuedRow):
    """An e-mail to the teacher of a booking. Its text is rendered on sending and never stored. The row is the queue entry.

    `tag` is part of the return address, so that bounces can be matched. `number` distinguishes e-mails of one kind.
    """

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(_("kind of message"), max_length=19, choices=EmailKind)
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(_("state"), max_length=8, choices=EmailState, default=EmailState.DUE)
    tag = models.CharField(max_length=16, unique=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    field_inventory: ClassVar = {
        (data_inventory.DIGEST, data_inventory.AFTER_THE_DATE): "tag",
        (data_inventory.CODES, data_inventory.AFTER_THE_DATE): (
            "booking kind number state due_at attempts failing_since error sent_at"
        ),
    }

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        ordering = ("id",)
        indexes = (models.Index(fields=("due_at",), name="booking_email_due", condition=Q(due_at__isnull=False)),)
        constraints = (
            models.UniqueConstraint(fields=("booking", "kind", "number"), name="one_booking_email_of_a_number"),
            models.CheckConstraint(condition=Q(kind__in=EmailKind.values), name="booking_email_kind_known"),
            models.CheckConstraint(condition=Q(state__in=EmailState.values), name="booking_email_state_known"),
            models.CheckConstraint(
                condition=Q(state=EmailState.DUE, due_at__isnull=False, sent_at=None)
                | ~Q(state=EmailState.DUE) & Q(due_at=None),
                name="booking_email_due_while_queued",
            ),
            models.CheckConstraint(
                condition=~Q(state=EmailState.SENT) | Q(sent_at__isnull=False), name="booking_email_sent_has_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
