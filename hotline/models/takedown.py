"""Notices to hosts: what they say, on which days none goes out, to whom one went about what, and what was answered."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.crypto.key_rotation import SealedColumn
from hotline.models.content_items import ContentItem
from hotline.models.hosting import AbuseContact
from hotline.models.outbox import OutgoingError
from hotline.models.referral import Referral


class NoticeKind(models.TextChoices):
    """Which message to a contact it is."""

    FIRST = "first", pgettext_lazy("notice", "first notice")
    REPEAT = "repeat", pgettext_lazy("notice", "reminder")
    ESCALATION = "escalation", pgettext_lazy("notice", "notice to the next contact")


class NoticeGroup(models.TextChoices):
    """What it is about, as far as the wording differs: about CSAM nobody is named (DSA, article 16(2)(c))."""

    CSAM = "csam", pgettext_lazy("notice", "sexual abuse of children")
    OTHER = "other", pgettext_lazy("notice", "other illegal content")


class NoticeLanguage(models.TextChoices):
    """In which language it is written; Latin script is made of Serbian."""

    SERBIAN = "sr", pgettext_lazy("notice", "Serbian")
    ENGLISH = "en", pgettext_lazy("notice", "English")


class NoticeTemplate(models.Model):
    """The wording of a kind of message, with variables as in `hotline.referral.takedown.content`; one of each, all made by migration."""

    kind = models.CharField(_("message"), max_length=10, choices=NoticeKind)
    group = models.CharField(_("about"), max_length=5, choices=NoticeGroup)
    language = models.CharField(_("language"), max_length=2, choices=NoticeLanguage)
    subject = models.CharField(pgettext_lazy("letter", "subject"), max_length=150)
    body = models.TextField(_("text"), max_length=8000)

    class Meta:
        verbose_name = _("wording of notices")
        verbose_name_plural = _("wording of notices")
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
    """A day (Belgrade) on which no notice goes out, beside the days of the week on which none does."""

    day = models.DateField(_("day"), unique=True)
    note = models.CharField(_("why"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("day without notices")
        verbose_name_plural = _("days without notices")
        ordering = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()


class NoticeStep(models.TextChoices):
    """Who is written to, in the order in which it goes on."""

    HOST = "host", pgettext_lazy("notice", "host")
    OWNER = "owner", pgettext_lazy("notice", "site owner")
    REGISTRAR = "registrar", pgettext_lazy("notice", "registrar")
    NETWORK = "network", pgettext_lazy("notice", "network")


class NoticeState(models.TextChoices):
    """How far it has come with a contact. That a mail server took a message says nothing of whether it arrived."""

    PLANNED = "planned", pgettext_lazy("notice", "about to go out")
    BY_HAND = "by_hand", pgettext_lazy("notice", "to be sent by hand")
    SENT = "sent", pgettext_lazy("notice", "sent, no answer yet")
    ANSWERED = "answered", pgettext_lazy("notice", "answered")
    BOUNCED = "bounced", pgettext_lazy("notice", "came back undelivered")
    REFUSED = "refused", pgettext_lazy("notice", "could not be sent")
    ESCALATED = "escalated", pgettext_lazy("notice", "went on to the next contact")
    EXHAUSTED = "exhausted", pgettext_lazy("notice", "without effect, nobody else is known")
    CLOSED = "closed", pgettext_lazy("notice", "closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("notice", "withdrawn")


# Not at their end with a contact.
OPEN_NOTICES = (NoticeState.PLANNED, NoticeState.BY_HAND, NoticeState.SENT, NoticeState.ANSWERED)
# The row is the queue.
QUEUED_NOTICES = (NoticeState.PLANNED, NoticeState.SENT)
# The address takes nothing.
FAILED_NOTICES = (NoticeState.BOUNCED, NoticeState.REFUSED)
# Whoever has it did nothing.
INEFFECTIVE_NOTICES = (NoticeState.ESCALATED, NoticeState.EXHAUSTED)


class Notice(models.Model):
    """What is told one contact about one or more items, with its reminders.

    `tag` stands in the address for answers, as in a reporter's thread. `address` is the contact's when it was made, empty where it has
    only a form, which somebody fills in by hand; `language` is that of the contact. `due_at` not NULL is when the next message goes or
    the next contact's turn comes. `waiting`: somebody has to look at it.
    """

    tag = models.CharField(max_length=16, unique=True, editable=False)
    contact = models.ForeignKey(
        AbuseContact, verbose_name=_("contact"), on_delete=models.PROTECT, related_name="notices"
    )
    address = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=8)
    group = models.CharField(_("about"), max_length=5, choices=NoticeGroup)
    step = models.CharField(_("written to as"), max_length=9, choices=NoticeStep)
    escalated_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="escalated_to")
    state = models.CharField(_("state"), max_length=9, choices=NoticeState, default=NoticeState.PLANNED)
    waiting = models.BooleanField(_("to be looked at"), default=False)
    repeats = models.PositiveSmallIntegerField(_("reminders"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("last error"), max_length=12, choices=OutgoingError, blank=True)
    due_at = models.DateTimeField(_("next step"), null=True)
    made_at = models.DateTimeField(_("made"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
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
        """The number by which hosts and staff call it."""
        return f"N-{self.made_at:%Y}-{self.pk or 0:06d}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_NOTICES


class NoticeItem(models.Model):
    """That a notice is about an item, by the hand-over that brought it. `uuid` is the id of the item's XARF report, the same in every reminder."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="entries")
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="notice_entries")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="notice_entries")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["notice", "item"], name="item_once_a_notice")]

    def __str__(self) -> str:
        return f"item {self.item_id} of notice {self.notice_id}"


class NoticeMessage(models.Model):
    """One message of a notice. It is written down, with its Message-ID (without <>), before it is tried, and keeps that however often it is tried.

    `subject`, `text` and `items` (how many it named) are those of what the server took. Neither `sent_at` nor `failed_at`: it is being tried.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(_("message"), max_length=10, choices=NoticeKind)
    # By hand there is none.
    message_id = models.CharField(max_length=150, unique=True, blank=True, null=True)
    began_at = models.DateTimeField()
    sent_at = models.DateTimeField(_("sent"), null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=12, choices=OutgoingError, blank=True)
    subject = models.CharField(pgettext_lazy("letter", "subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    items = models.PositiveSmallIntegerField(default=0)

    class Meta:
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
    """What came to the address of a notice."""

    ANSWER = "answer", pgettext_lazy("answer to a notice", "answer")
    AUTOMATIC = "automatic", pgettext_lazy("answer to a notice", "automatic reply")
    RETURNED = "returned", pgettext_lazy("answer to a notice", "it came back undelivered")
    DELAYED = "delayed", pgettext_lazy("answer to a notice", "a mail server wrote about it")


class NoticeReply(models.Model):
    """A message about a notice, sealed for the hotline (table `hotline_noticereply`, field `content`): header lines, text and file names.

    `identity` is that of the incoming message, so that none is kept twice. No file that came with it is kept.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="replies")
    identity = models.BinaryField(max_length=32, unique=True, editable=False)
    nature = models.CharField(_("kind"), max_length=9, choices=ReplyKind)
    received_at = models.DateTimeField(_("received"))
    sealed = models.BinaryField(editable=False)

    sealed_fields = (SealedColumn(ring="hotline", column="sealed", table="hotline_noticereply", field="content"),)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(nature__in=ReplyKind.values), name="notice_reply_nature")]

    def __str__(self) -> str:
        return f"{self.nature} to notice {self.notice_id}"
