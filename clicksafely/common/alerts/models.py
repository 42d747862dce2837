"""Models of alerts: open and past alerts, their messages, the duty roster, channels, rules, permitted hosts, heartbeats."""

from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common import data_inventory
from clicksafely.common.alerts.kinds import kind_of
from clicksafely.common.mail.errors import SmtpErrorCode
from clicksafely.common.queue.outgoing import QueuedRow, QueueError

BELGRADE = ZoneInfo("Europe/Belgrade")
WITH_THE_ALERT = "90 days after the alert has ended"
WHILE_ON_DUTY = "until removed, or until the account is closed permanently"
ENCRYPTED = "encrypted under MAIL_SECRET"


class AlertState(models.TextChoices):
    """Progress of an alert."""

    OPEN = "open", pgettext_lazy("alert", "open")
    CLAIMED = "claimed", pgettext_lazy("alert", "claimed")
    ENDED = "ended", pgettext_lazy("alert", "ended without a claim")


class Alert(models.Model):
    """An alert. There is at most one open alert of a kind, which counts further occurrences.

    `count` is the number of unclaimed occurrences. `opened_at` is rounded down to the hour, because an exact time would
    date a report. `next_step_at` is exact, and erased when the alert ends. `last_order` is the highest order of the
    roster that was alerted. `step` is the number of steps taken. Each step alerts one order of the roster, then all
    supervisors.
    """

    kind = models.CharField(_("kind"), max_length=40)
    state = models.CharField(_("state"), max_length=8, choices=AlertState, default=AlertState.OPEN)
    opened_at = models.DateTimeField(pgettext_lazy("alert", "opened"))
    count = models.PositiveIntegerField(pgettext_lazy("alert", "number waiting"), default=0)
    step = models.PositiveSmallIntegerField(pgettext_lazy("alert", "steps"), default=0)
    last_order = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(pgettext_lazy("alert", "next step"), null=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("claimed by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="claimed_alerts",
    )
    ended_at = models.DateTimeField(pgettext_lazy("alert", "ended"), null=True)

    field_inventory: ClassVar = {
        (data_inventory.STAFF, WITH_THE_ALERT): "claimed_by",
        (data_inventory.CODES, WITH_THE_ALERT): "kind state opened_at count step last_order next_step_at ended_at",
    }

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        permissions = [
            ("manage_duty", _("Can change the duty roster and send test alerts")),
            ("receive_escalation", _("Is alerted when no one on duty claims an alert")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AlertState.values), name="alert_state_known"),
            models.CheckConstraint(
                condition=Q(state="open", next_step_at__isnull=False, ended_at__isnull=True)
                | ~Q(state="open") & Q(next_step_at__isnull=True, ended_at__isnull=False),
                name="alert_step_while_open",
            ),
            models.CheckConstraint(
                condition=Q(state="claimed", claimed_by__isnull=False)
                | ~Q(state="claimed") & Q(claimed_by__isnull=True),
                name="alert_claim_whole",
            ),
            models.UniqueConstraint(fields=["kind"], condition=Q(state="open"), name="one_open_alert_a_kind"),
        ]
        indexes = [models.Index(fields=["-id"], condition=Q(state="open"), name="alert_open")]

    def __str__(self) -> str:
        return f"A-{self.pk:06d}"

    @property
    def label(self) -> str:
        """The label of the kind, translated; the code of a kind that no longer exists."""
        try:
            return str(kind_of(self.kind).label)
        except KeyError:
            return self.kind


class AlertOccurrence(models.Model):
    """A reason for an alert, inserted in the transaction that has found it.

    `reference` is the ID of its subject, such as a report. Without an `alert`, it is not yet counted. `claimed`: work
    on its subject has begun, so that it waits no longer. It has no time.
    """

    kind = models.CharField(max_length=40)
    reference = models.BigIntegerField()
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, null=True, related_name="occurrences")
    claimed = models.BooleanField(default=False, db_default=False)

    field_inventory: ClassVar = {(data_inventory.CODES, WITH_THE_ALERT): "kind reference alert claimed"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "reference"], name="one_alert_an_occurrence")]
        indexes = [models.Index(fields=["id"], condition=Q(alert__isnull=True), name="occurrence_uncounted")]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class ChannelMedium(models.TextChoices):
    """The medium of a message."""

    EMAIL = "email", pgettext_lazy("alert", "e-mail")
    WEBHOOK = "webhook", pgettext_lazy("alert", "webhook")


class AlertChannel(models.Model):
    """An address at which a person is alerted. A person without a channel is alerted at the e-mail address of the account.

    `encrypted_secret` signs the requests of a webhook (`secret_encryption`).
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="alert_channels"
    )
    medium = models.CharField(pgettext_lazy("alert", "way"), max_length=8, choices=ChannelMedium)
    address = models.CharField(_("address"), max_length=500)
    encrypted_secret = models.BinaryField(null=True, editable=False)

    field_inventory: ClassVar = {
        (data_inventory.STAFF, WHILE_ON_DUTY): "person",
        (data_inventory.STAFF_TEXT, WHILE_ON_DUTY): "address",
        (ENCRYPTED, WHILE_ON_DUTY): "encrypted_secret",
        (data_inventory.CODES, WHILE_ON_DUTY): "medium",
    }

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.CheckConstraint(
                condition=Q(medium="email", encrypted_secret__isnull=True)
                | Q(medium="webhook", encrypted_secret__isnull=False),
                name="alert_channel_whole",
            ),
            models.UniqueConstraint(fields=["person", "medium", "address"], name="alert_channel_once"),
        ]

    def __str__(self) -> str:
        return str(self.get_medium_display())


class WebhookHost(models.Model):
    """A host to which webhooks may be sent, with its port unless it is 443; the administrator permits it."""

    host = models.CharField(_("host"), max_length=253, unique=True)

    impersonal_fields: ClassVar = "host"

    class Meta:
        verbose_name = _("permitted host of webhooks")
        verbose_name_plural = _("permitted hosts of webhooks")

    def __str__(self) -> str:
        return self.host


class AlertMessageState(models.TextChoices):
    """Progress of a message."""

    DUE = "due", pgettext_lazy("alert message", "waiting")
    SENT = "sent", pgettext_lazy("alert message", "sent")
    FAILED = "failed", pgettext_lazy("alert message", "failed")
    WITHDRAWN = "withdrawn", pgettext_lazy("alert message", "withdrawn: the alert had ended")
    CAPPED = "capped", pgettext_lazy("alert message", "not sent: too many in this hour")


class AlertMessageError(models.TextChoices):
    """Cause of the last failed attempt."""

    INTERRUPTED = QueueError.INTERRUPTED.value, QueueError.INTERRUPTED.label
    UNREACHABLE = SmtpErrorCode.UNREACHABLE.value, SmtpErrorCode.UNREACHABLE.label
    ENCRYPTION = SmtpErrorCode.ENCRYPTION.value, SmtpErrorCode.ENCRYPTION.label
    LOGIN = SmtpErrorCode.LOGIN.value, SmtpErrorCode.LOGIN.label
    SENDER = SmtpErrorCode.SENDER.value, SmtpErrorCode.SENDER.label
    DEFERRED = SmtpErrorCode.DEFERRED.value, SmtpErrorCode.DEFERRED.label
    LOST = SmtpErrorCode.LOST.value, SmtpErrorCode.LOST.label
    RECIPIENT = SmtpErrorCode.RECIPIENT.value, SmtpErrorCode.RECIPIENT.label
    CONTENT = SmtpErrorCode.CONTENT.value, SmtpErrorCode.CONTENT.label
    NO_ADDRESS = "no_address", pgettext_lazy("alert message", "the person has no e-mail address")
    HOST = "host", pgettext_lazy("alert message", "the address of the webhook is not permitted")
    SECRET = "secret", pgettext_lazy("alert message", "MAIL_SECRET has changed: enter the secret of the webhook again")
    NOT_ANSWERING = "not_answering", pgettext_lazy("alert message", "the webhook does not answer")
    REFUSED = "refused", pgettext_lazy("alert message", "the webhook refused the message")
    UNFORESEEN = QueueError.UNFORESEEN.value, QueueError.UNFORESEEN.label


class AlertMessage(QueuedRow):
    """A message of an alert to a person. `hour` is the time of its step, rounded down to the hour.

    Without a `channel`, it goes to the e-mail address of the account, or the channel was removed since.
    """

    alert = models.ForeignKey(Alert, verbose_name=_("alert"), on_delete=models.CASCADE, related_name="messages")
    step = models.PositiveSmallIntegerField(pgettext_lazy("alert", "step"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="alert_messages"
    )
    medium = models.CharField(pgettext_lazy("alert", "way"), max_length=8, choices=ChannelMedium)
    channel = models.ForeignKey(AlertChannel, on_delete=models.SET_NULL, null=True, related_name="messages")
    hour = models.DateTimeField(pgettext_lazy("alert", "hour"))
    state = models.CharField(_("state"), max_length=10, choices=AlertMessageState, default=AlertMessageState.DUE)
    error = models.CharField(_("last error"), max_length=16, choices=AlertMessageError, blank=True)

    field_inventory: ClassVar = {
        (data_inventory.STAFF, WITH_THE_ALERT): "person",
        (data_inventory.CODES, WITH_THE_ALERT): (
            "alert step medium channel hour state error due_at attempts failing_since"
        ),
    }

    class Meta:
        verbose_name = _("alert message")
        verbose_name_plural = _("alert messages")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AlertMessageState.values), name="alert_message_state_known"),
            models.CheckConstraint(
                condition=Q(state="due", due_at__isnull=False)
                | ~Q(state="due") & Q(due_at__isnull=True, failing_since__isnull=True),
                name="alert_message_due",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(error=""), name="alert_message_failure_named"),
            models.UniqueConstraint(
                fields=["alert", "step", "person", "channel"], nulls_distinct=False, name="alert_message_once"
            ),
        ]
        indexes = [
            models.Index(fields=["medium", "due_at"], name="alert_message_due_at", condition=Q(state="due")),
            models.Index(fields=["hour"], name="alert_message_hour"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk} of alert {self.alert_id}"


class DutyShift(models.Model):
    """A weekly duty of a person on these days (1 Monday to 7), from `starts_at` to `ends_at` in Belgrade time.

    A shift whose end is at or before its start ends on the following day. It belongs to the day on which it starts.
    `order`: 1 is alerted first, all persons of the same order at once. `valid_from` and `valid_until` are the first and
    the last day on which the shift starts.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="duty_shifts"
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=pgettext_lazy("shift", "weekdays"),
    )
    starts_at = models.TimeField(pgettext_lazy("shift", "from"))
    ends_at = models.TimeField(pgettext_lazy("shift", "to"))
    order = models.PositiveSmallIntegerField(
        pgettext_lazy("shift", "order"), default=1, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    valid_from = models.DateField(pgettext_lazy("shift", "first day"), null=True, blank=True)
    valid_until = models.DateField(pgettext_lazy("shift", "last day"), null=True, blank=True)

    field_inventory: ClassVar = {
        (data_inventory.STAFF, WHILE_ON_DUTY): "person",
        (data_inventory.CODES, WHILE_ON_DUTY): "weekdays starts_at ends_at order valid_from valid_until",
    }

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekdays__len__gte=1, weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="shift_weekdays"
            ),
            models.CheckConstraint(condition=Q(order__range=(1, 9)), name="shift_order"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lte=F("valid_until")),
                name="shift_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.weekday_names)} {self.starts_at:%H:%M}–{self.ends_at:%H:%M}"

    @property
    def weekday_names(self) -> list[str]:
        """The short names of the days on which it starts."""
        return [str(WEEKDAYS_ABBR[day - 1]) for day in self.weekdays]

    def covers(self, now: datetime) -> bool:
        """Return whether the shift covers `now` (aware).

        Compares the clocks' time, so that adjacent shifts leave no gap when the clocks change. A repeated hour belongs
        to the shift both times.
        """
        local = now.astimezone(BELGRADE).replace(tzinfo=None)
        for days_ago in (0, 1):
            day = local.date() - timedelta(days=days_ago)
            if (
                day.isoweekday() not in self.weekdays
                or (self.valid_from and day < self.valid_from)
                or (self.valid_until and day > self.valid_until)
            ):
                continue
            start = datetime.combine(day, self.starts_at)
            end = datetime.combine(day + timedelta(days=self.is_over_midnight), self.ends_at)
            if start <= local < end:
                return True
        return False

    @property
    def is_over_midnight(self) -> bool:
        """Whether the shift ends on the following day."""
        return self.ends_at <= self.starts_at


class AlertRules(models.Model):
    """A single row of rules for alerts, with limits of messages an hour.

    An alert without a claim is escalated after `claim_minutes`. After the last step it is repeated every
    `repeat_minutes`.
    """

    claim_minutes = models.PositiveSmallIntegerField(_("minutes without a claim until the next step"), default=10)
    repeat_minutes = models.PositiveSmallIntegerField(_("minutes until all are alerted again"), default=60)
    hourly_limit_person = models.PositiveSmallIntegerField(_("messages an hour to a person"), default=12)
    hourly_limit_total = models.PositiveSmallIntegerField(_("messages an hour to all"), default=60)

    impersonal_fields: ClassVar = ""

    class Meta:
        verbose_name = _("rules of alerts")
        verbose_name_plural = _("rules of alerts")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_row_of_alert_rules"),
            models.CheckConstraint(
                condition=Q(
                    claim_minutes__range=(1, 240),
                    repeat_minutes__range=(5, 1440),
                    hourly_limit_person__range=(2, 60),
                    hourly_limit_total__range=(4, 600),
                ),
                name="alert_rules_in_range",
                violation_error_message=_("A number is outside its limits."),
            ),
        ]

    def __str__(self) -> str:
        return "rules of alerts"


class AlertingState(models.Model):
    """A single row of heartbeats.

    `planned_at` is the time when the worker last planned alerts. `sent_at` is the time when `outside` could last reach
    a person on duty. `on_duty`: at `planned_at`, an alert would have reached a person on the roster.
    """

    planned_at = models.DateTimeField(null=True)
    on_duty = models.BooleanField(default=False, db_default=False)
    sent_at = models.DateTimeField(null=True)

    impersonal_fields: ClassVar = ""

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_row_of_alerting_state")]

    def __str__(self) -> str:
        return f"planned {self.planned_at}, sent {self.sent_at}"
