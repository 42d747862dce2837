"""Notices to hosts: templates, non-sending days, recipients, messages and replies."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.crypto.key_rotation import SealedColumn
from clicksafely.common.queue.outgoing import QueuedRow
from clicksafely.common.references import format_reference
from hotline import data_inventory
from hotline.models.content_items import ContentItem
from hotline.models.hosting import AbuseContact
from hotline.models.outbox import OutgoingError
from hotline.models.referral import Referral


class NoticeKind(models.TextChoices):
    """Kinds of message to a contact."""

    FIRST = "first", pgettext_lazy("notice", "first notice")
    REPEAT = "repeat", pgettext_lazy("notice", "reminder")
    ESCALATION = "escalation", pgettext_lazy("notice", "notice to the next contact")


class NoticeGroup(models.TextChoices):
    """Groups of content with their own template. Notices about CSAM do not name the hotline (DSA, article 16(2)(c))."""

    CSAM = "csam", pgettext_lazy("notice", "child sexual abuse material")
    OTHER = "other", pgettext_lazy("notice", "other illegal content")


class NoticeLanguage(models.TextChoices):
    """Language of a notice; the Latin script is derived from the Serbian text."""

    SERBIAN = "sr", pgettext_lazy("notice", "Serbian")
    ENGLISH = "en", pgettext_lazy("notice", "English")


class NoticeTemplate(models.Model):
    """The template of a kind of message. Rows are created by migration only.

    The variables are those of `hotline.referral.takedown.content`.
    """

    kind = models.CharField(_("message"), max_length=10, choices=NoticeKind)
    group = models.CharField(_("about"), max_length=5, choices=NoticeGroup)
    language = models.CharField(_("language"), max_length=2, choices=NoticeLanguage)
    subject = models.CharField(pgettext_lazy("e-mail", "subject"), max_length=150)
    body = models.TextField(_("text"), max_length=8000)

    impersonal_fields: ClassVar = "subject body"

    class Meta:
        verbose_name = _("notice templates")
        verbose_name_plural = _("notice templates")
        ordering = ["group", "language", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "group", "language"], name="one_notice_template_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_template_kind_known"),
            models.CheckConstraint(condition=Q(group__in=NoticeGroup.values), name="notice_template_group_known"),
            models.CheckConstraint(condition=Q(language__in=NoticeLanguage.values), name="notice_template_language"),
        ]

    def __str__(self) -> str:
        return f"{self.get_group_display()} · {self.get_language_display()} · {self.get_kind_display()}"


class NonSendingDay(models.Model):
    """A date (Belgrade) without notices, in addition to the non-sending weekdays. Notices about CSAM are sent all the same."""

    day = models.DateField(_("day"), unique=True)
    note = models.CharField(_("why"), max_length=120, blank=True)

    impersonal_fields: ClassVar = "note"

    class Meta:
        verbose_name = _("non-sending day")
        verbose_name_plural = _("non-sending days")
        ordering = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()


class NoticeStep(models.TextChoices):
    """Recipients of a notice in the order of escalation."""

    HOST = "host", pgettext_lazy("notice", "host")
    OWNER = "owner", pgettext_lazy("notice", "site owner")
    REGISTRAR = "registrar", pgettext_lazy("notice", "registrar")
    NETWORK = "network", pgettext_lazy("notice", "network")


class NoticeState(models.TextChoices):
    """Progress with one contact. Acceptance by a mail server does not prove delivery."""

    PLANNED = "planned", pgettext_lazy("notice", "ready to send")
    BY_HAND = "by_hand", pgettext_lazy("notice", "to be sent by hand")
    SENT = "sent", pgettext_lazy("notice", "sent, no answer yet")
    ANSWERED = "answered", pgettext_lazy("notice", "answered")
    BOUNCED = "bounced", pgettext_lazy("notice", "returned undelivered")
    REFUSED = "refused", pgettext_lazy("notice", "could not be sent")
    ESCALATED = "escalated", pgettext_lazy("notice", "next contact notified")
    EXHAUSTED = "exhausted", pgettext_lazy("notice", "without effect, no further contact known")
    CLOSED = "closed", pgettext_lazy("notice", "closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("notice", "withdrawn")


# Not ended with a contact.
OPEN_NOTICES = (NoticeState.PLANNED, NoticeState.BY_HAND, NoticeState.SENT, NoticeState.ANSWERED)
# The row is the queue entry.
QUEUED_NOTICES = (NoticeState.PLANNED, NoticeState.SENT)
# The address accepts no messages.
FAILED_NOTICES = (NoticeState.BOUNCED, NoticeState.REFUSED)
# The contact did not act.
INEFFECTIVE_NOTICES = (NoticeState.ESCALATED, NoticeState.EXHAUSTED)


class Notice(QueuedRow):
    """A notice to one contact about one or more items, with its reminders.

    `tag` is part of the reply address, as in a reporter's thread. `address` is the contact's at creation. It is empty
    if the contact has only a web form, which staff fill in by hand. `language` is that of the contact. `due_at`, if not
    NULL, is the time of the next message or of the escalation. `waiting`: the notice needs a review by staff.
    `any_day`: a supervisor decided that the next message is sent on a non-sending day too.
    """

    tag = models.CharField(max_length=16, unique=True, editable=False)
    contact = models.ForeignKey(
        AbuseContact, verbose_name=_("contact"), on_delete=models.PROTECT, related_name="notices"
    )
    address = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=8)
    group = models.CharField(_("about"), max_length=5, choices=NoticeGroup)
    step = models.CharField(_("role of the recipient"), max_length=9, choices=NoticeStep)
    escalated_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="escalated_to")
    state = models.CharField(_("state"), max_length=9, choices=NoticeState, default=NoticeState.PLANNED)
    waiting = models.BooleanField(_("needs review"), default=False)
    any_day = models.BooleanField(_("sent on any day"), default=False)
    repeats = models.PositiveSmallIntegerField(_("reminders"), default=0)
    error = models.CharField(_("last error"), max_length=12, choices=OutgoingError, blank=True)
    due_at = models.DateTimeField(_("next step"), null=True)
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    field_inventory: ClassVar = {
        (data_inventory.ADDRESS, data_inventory.KEPT): "address",
        (data_inventory.DIGEST, data_inventory.KEPT): "tag",
        (data_inventory.CODES, data_inventory.KEPT): (
            "contact language group step escalated_from state waiting any_day repeats attempts failing_since "
            "error due_at created_at sent_at ended_at"
        ),
    }

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        permissions = [("send_notice_now", _("Can send waiting notices at once, on any day"))]
        constraints = [
            models.CheckConstraint(condition=Q(tag__regex=r"^[0-9A-HJKMNP-TV-Z]{16}$"), name="notice_tag_well_formed"),
            models.CheckConstraint(condition=Q(state__in=NoticeState.values), name="notice_state_known"),
            models.CheckConstraint(condition=Q(group__in=NoticeGroup.values), name="notice_group_known"),
            models.CheckConstraint(condition=Q(step__in=NoticeStep.values), name="notice_step_known"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(QUEUED_NOTICES), due_at__isnull=False)
                | ~Q(state__in=sorted(QUEUED_NOTICES)) & Q(due_at__isnull=True),
                name="notice_due_while_queued",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(OPEN_NOTICES), ended_at__isnull=True)
                | ~Q(state__in=sorted(OPEN_NOTICES)) & Q(ended_at__isnull=False),
                name="notice_end_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "answered"]) | Q(sent_at__isnull=False), name="notice_sent_has_time"
            ),
            models.CheckConstraint(condition=~Q(state="by_hand") | Q(waiting=True), name="notice_by_hand_waits"),
            models.CheckConstraint(condition=Q(any_day=False) | Q(state="planned"), name="notice_any_day_planned"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="notice_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["-id"], name="notice_waiting", condition=Q(waiting=True)),
            models.Index(fields=["state", "-id"], name="notice_state"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number used by hosts and staff."""
        return format_reference("N", self.created_at, self.pk)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_NOTICES


class NoticeItem(models.Model):
    """An item of a notice, with its referral. `uuid` is the id of the item's XARF report, the same in every reminder."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="entries")
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="notice_entries")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="notice_entries")

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.KEPT): "notice item referral",
    }

    class Meta:
        verbose_name = _("content of a takedown notice")
        verbose_name_plural = _("content of takedown notices")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["notice", "item"], name="item_once_a_notice")]

    def __str__(self) -> str:
        return f"item {self.item_id} of notice {self.notice_id}"


class NoticeMessage(models.Model):
    """One message of a notice.

    It is stored with its Message-ID (without <>) before the first attempt; retries reuse the id. `subject`, `text`
    and `items` (the number of items) are those accepted by the server. Neither `sent_at` nor `failed_at` is set
    during an attempt.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(_("message"), max_length=10, choices=NoticeKind)
    # NULL for messages sent by hand.
    message_id = models.CharField(max_length=150, unique=True, blank=True, null=True)
    began_at = models.DateTimeField()
    sent_at = models.DateTimeField(_("sent"), null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=12, choices=OutgoingError, blank=True)
    subject = models.CharField(pgettext_lazy("e-mail", "subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    items = models.PositiveSmallIntegerField(default=0)

    field_inventory: ClassVar = {
        (data_inventory.STAFF_TEXT, data_inventory.KEPT): "subject text",
        (data_inventory.CODES, data_inventory.KEPT): "notice kind message_id began_at sent_at failed_at error items",
    }

    class Meta:
        verbose_name = _("e-mail of a takedown notice")
        verbose_name_plural = _("e-mails of takedown notices")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice"],
                condition=Q(sent_at__isnull=True, failed_at__isnull=True),
                name="one_notice_message_tried",
            ),
            models.CheckConstraint(
                condition=Q(failed_at__isnull=True) | Q(sent_at__isnull=True) & ~Q(error=""), name="notice_message_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of notice {self.notice_id}"


class ReplyKind(models.TextChoices):
    """Kinds of reply to the address of a notice."""

    ANSWER = "answer", pgettext_lazy("answer to a notice", "answer")
    AUTOMATIC = "automatic", pgettext_lazy("answer to a notice", "automatic reply")
    RETURNED = "returned", pgettext_lazy("answer to a notice", "returned undelivered")
    DELAYED = "delayed", pgettext_lazy("answer to a notice", "message from a mail server")


class NoticeReply(models.Model):
    """A reply to a notice: header lines, text and file names.

    The content is sealed for the hotline (table `hotline_noticereply`, field `content`). `identity` is that of the
    incoming message, so that it is stored once. Attached files are not stored.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="replies")
    identity = models.BinaryField(max_length=32, unique=True, editable=False)
    nature = models.CharField(_("kind"), max_length=9, choices=ReplyKind)
    received_at = models.DateTimeField(_("received"))
    sealed = models.BinaryField(editable=False)

    CONTENT = SealedColumn(ring="hotline", column="sealed", table="hotline_noticereply", field="content")
    sealed_fields = (CONTENT,)

    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.WORDS_RULE): "sealed",
        (data_inventory.DIGEST, data_inventory.WORDS_RULE): "identity",
        (data_inventory.CODES, data_inventory.WORDS_RULE): "notice nature received_at",
    }

    class Meta:
        verbose_name = _("reply to a takedown notice")
        verbose_name_plural = _("replies to takedown notices")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(nature__in=ReplyKind.values), name="notice_reply_nature")]

    def __str__(self) -> str:
        return f"{self.nature} to notice {self.notice_id}"
