"""Reports. A report is one submission by one reporter, and the case that is claimed, assessed and closed."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.references import format_reference
from hotline import data_inventory
from hotline.categories import CATEGORIES, MAX_CODE_LENGTH, SEXUAL_ABUSE, category_choices
from hotline.priority import is_urgent, reported_reasons
from hotline.states import FINAL, PROPOSABLE, REOPENABLE, Outcome, Queue, ReportState


class Channel(models.TextChoices):
    """Channels of intake."""

    WEB = "web", pgettext_lazy("channel", "web form")
    EMAIL = "email", pgettext_lazy("channel", "e-mail")
    API = "api", pgettext_lazy("channel", "partner")
    ICCAM = "iccam", pgettext_lazy("channel", "ICCAM")
    TELEPHONE = "telephone", pgettext_lazy("channel", "telephone")
    LETTER = "letter", pgettext_lazy("channel", "letter")
    IN_PERSON = "in_person", pgettext_lazy("channel", "in person")


# Entered by staff for the reporter.
MANUAL_CHANNELS = (Channel.TELEPHONE, Channel.LETTER, Channel.IN_PERSON)


# The columns that the public site loads, for the reporter. Its database role reads neither locations nor the work on a case.
REPORTER_COLUMNS = (
    "uuid",
    "channel",
    "category",
    "category_assumed",
    "was_csam",
    "state",
    "received_at",
    "danger_now",
    "about_me",
    "in_child_words",
    "reporter_salt",
    "outcome",
    "closed_at",
    "original",
    "anonymised_from",
    "reopened_at",
    "reopened_from",
    "reopened_times",
    "text_erased_at",
)


class Report(models.Model):
    """One report.

    Stored in clear: category, canonical locations, hours, language, channel and the two check boxes; the rest is
    sealed. `received_at` is rounded down to the hour, so that no row shows the exact time of a submission.
    `locations` is [{"kind": ..., "canonical": ...}], the canonical form of the reporter's addresses.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    category = models.CharField(_("category"), max_length=MAX_CODE_LENGTH, choices=category_choices)
    # The category is assumed: a message has the gravest one until a person has read it and chosen another.
    category_assumed = models.BooleanField(_("category not chosen yet"), default=False, db_default=False)
    # A person had chosen the category "sexual abuse of a child" before it was changed: closing still needs two
    # people.
    was_csam = models.BooleanField(default=False, db_default=False)
    language = models.CharField(_("language"), max_length=8)
    state = models.CharField(_("state"), max_length=16, choices=ReportState, default=ReportState.RECEIVED)
    received_at = models.DateTimeField(_("received"))
    danger_now = models.BooleanField(_("a child is in danger now"), default=False)
    about_me = models.BooleanField(_("the reporter is the victim"), default=False)
    # The pages and messages for the reporter use the words for children.
    in_child_words = models.BooleanField(default=False, db_default=False)

    receipt_digest = models.BinaryField(max_length=32, unique=True, editable=False)
    reporter_salt = models.BinaryField(max_length=16, editable=False)
    reporter_public_key = models.BinaryField(max_length=1216, editable=False)
    # Of the public key and the UUID (see `common.crypto.reporter_keys`): a key that was swapped in the database is not used.
    reporter_key_tag = models.BinaryField(max_length=32, default=b"", db_default=b"", editable=False)
    # The idempotency key: a digest of the form state.
    state_digest = models.BinaryField(max_length=32, unique=True, editable=False)

    locations = models.JSONField(default=list)
    priority = models.PositiveSmallIntegerField(_("priority"), default=0)
    priority_reasons = models.JSONField(default=list)
    queue = models.CharField(_("queue"), max_length=12, choices=Queue, null=True)  # noqa: DJ001 - NULL keeps the queue's index small
    claimed_by = models.ForeignKey(
        # A user with claimed cases cannot be deleted: the cases are released first.
        settings.AUTH_USER_MODEL,
        verbose_name=_("held by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    claimed_until = models.DateTimeField(_("held until"), null=True)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    # Set while all items of an open report have ended in other cases; the report ends on a date of its own (ADR
    # 0051).
    earliest_end_at = models.DateTimeField(null=True)
    # Proposed by one person and confirmed by a second one (see `models.closing`).
    proposed_end = models.CharField(
        _("proposed end"), max_length=16, choices=ReportState, blank=True, default="", db_default=""
    )
    # The report that a duplicate repeats, never another duplicate (see `review.duplicates`). A reopened duplicate keeps it
    # for the text about its earlier end.
    original = models.ForeignKey(
        "self",
        verbose_name=_("original"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="duplicates",
        db_index=False,
    )
    # The end state of an anonymised report, for the statistics.
    anonymised_from = models.CharField(
        _("anonymised from"), max_length=16, choices=ReportState, blank=True, default="", db_default=""
    )
    # Set by a reporter's message, cleared when staff have read it.
    has_news = models.BooleanField(_("new message"), default=False)
    # The hour of the reporter's last message: erasure periods start from it.
    reporter_wrote_at = models.DateTimeField(_("last message of the reporter"), null=True)
    # Set while a closed report is open again, with its former end; `outcome` and `closed_at` then describe that end.
    reopened_at = models.DateTimeField(_("opened again"), null=True)
    reopened_from = models.CharField(_("opened again from"), max_length=16, choices=ReportState, blank=True)
    reopened_times = models.PositiveSmallIntegerField(default=0)
    # Times of erasure by retention (see `models.retention`); cleared if new content of the kind may have arrived.
    contact_erased_at = models.DateTimeField(_("contact erased"), null=True)
    text_erased_at = models.DateTimeField(_("text erased"), null=True)

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.KEPT): (
            "channel category category_assumed was_csam language state received_at danger_now about_me priority "
            "priority_reasons queue outcome proposed_end original closed_at earliest_end_at anonymised_from "
            "has_news reopened_at reopened_from reopened_times contact_erased_at text_erased_at claimed_until"
        ),
        (data_inventory.STAFF, data_inventory.KEPT): "claimed_by",
        (data_inventory.DIGEST, data_inventory.IDENTITY_RULE): (
            "receipt_digest reporter_salt reporter_public_key reporter_key_tag state_digest"
        ),
        (data_inventory.ADDRESS, data_inventory.IDENTITY_RULE): "locations",
        (data_inventory.CODES, data_inventory.IDENTITY_RULE): "reporter_wrote_at in_child_words",
    }

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        permissions = [
            ("work_case", _("Can take, read, assess and answer cases")),
            ("enter_report", _("Can enter reports received by telephone, letter or in person")),
            ("handle_mail", _("Can open and settle e-mails that became no report")),
            ("annotate_case", _("Can add notes to cases held by others and to closed cases")),
            ("release_claim", _("Can release cases held by others")),
            ("decide_dispute", _("Can settle disputes between two assessments")),
            ("review_urgent_referral", _("Can review urgent referrals to the police")),
            ("manage_quarantine", _("Can release locked pictures or refer them to the police")),
            ("manage_legal_hold", _("Can set, read and release legal holds")),
            ("retry_iccam", _("Can send a failed ICCAM exchange again")),
            ("answer_data_request", _("Can give out and erase the personal data of a reporter")),
            ("view_service_notices", _("Can see notices about e-mail, name servers and hosting data")),
            ("view_performance", _("Can see waiting times, agreement and workload")),
            ("view_welfare_statistics", _("Can see the welfare figures of all who work cases")),
            ("export_statistics", _("Can export statistics")),
            ("export_lists", _("Can export lists of cases, complaints, referrals, notices and packages")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state_known"),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_until__isnull=True)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False),
                name="report_claim_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False) & ~Q(outcome=""), name="report_closed_whole"
            ),
            models.CheckConstraint(
                condition=~Q(state="anonymised") & Q(anonymised_from="")
                | Q(state="anonymised", anonymised_from__in=sorted(REOPENABLE)),
                name="report_anonymised_whole",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True, reopened_from="")
                | Q(reopened_at__isnull=False, reopened_from__in=sorted(REOPENABLE)) & ~Q(state__in=sorted(FINAL)),
                name="report_reopened_whole",
            ),
            models.CheckConstraint(
                condition=Q(contact_erased_at__isnull=True, text_erased_at__isnull=True) | Q(state__in=sorted(FINAL)),
                name="report_erased_after_end",
            ),
            models.CheckConstraint(
                condition=Q(proposed_end="") | Q(state="second_review", proposed_end__in=sorted(PROPOSABLE)),
                name="report_proposed_whole",
            ),
            models.CheckConstraint(
                condition=Q(original__isnull=True)
                | ~Q(original=F("id"))
                & (
                    Q(state="duplicate")
                    | Q(proposed_end="duplicate")
                    | Q(reopened_from="duplicate")
                    | Q(anonymised_from="duplicate")
                ),
                name="report_original_whole",
            ),
        ]
        indexes = [
            # The queue, in working order.
            models.Index(F("priority").desc(), "id", name="report_take_next", condition=Q(queue__isnull=False)),
            # The list of open reports, in working order. A closed report in a queue awaits a second person's check.
            models.Index(
                F("priority").desc(),
                "id",
                name="report_open",
                condition=Q(queue__isnull=False) | ~Q(state__in=sorted(FINAL)),
            ),
            # Queue lengths, and the longest waiting report of each queue.
            models.Index(fields=["queue", "id"], name="report_waiting", condition=Q(queue__isnull=False)),
            models.Index(fields=["id"], name="report_urgent", condition=Q(queue__isnull=False, priority__gte=100)),
            models.Index(fields=["id"], name="report_news", condition=Q(has_news=True)),
            models.Index(fields=["id"], name="report_danger", condition=Q(danger_now=True)),
            models.Index(fields=["id"], name="report_received", condition=Q(state="received")),
            models.Index(fields=["original"], name="report_original", condition=Q(original__isnull=False)),
            models.Index(fields=["id"], name="report_reopened", condition=Q(reopened_at__isnull=False)),
            models.Index(
                fields=["claimed_by", "claimed_until"], name="report_claims", condition=Q(claimed_by__isnull=False)
            ),
            models.Index(fields=["closed_at"], name="report_ended", condition=Q(closed_at__isnull=False)),
            models.Index(fields=["earliest_end_at"], name="report_ends", condition=Q(earliest_end_at__isnull=False)),
            # Content that retention has still to erase, oldest first.
            models.Index(
                fields=["closed_at", "id"],
                name="report_contact_kept",
                condition=Q(state__in=sorted(REOPENABLE), contact_erased_at__isnull=True),
            ),
            models.Index(fields=["closed_at", "id"], name="report_kept", condition=Q(state__in=sorted(REOPENABLE))),
            models.Index(fields=["state", "-id"], name="report_state"),
            models.Index(fields=["category", "-id"], name="report_category"),
            # Monthly statistics, and waiting times.
            models.Index(fields=["received_at"], name="report_received_at"),
            models.Index(fields=["queue", "received_at"], name="report_ageing", condition=Q(queue__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The staff's number, `NP-2026-000042`; reporters never see it."""
        return format_reference("NP", self.received_at, self.pk)

    @property
    def is_urgent(self) -> bool:
        """Whether the report is urgent by its priority reasons (see `priority.is_urgent`)."""
        return is_urgent(self.priority_reasons)

    @property
    def is_reported_urgent(self) -> bool:
        """Whether its reporter sent an urgent report: hash matches, which the reporter must not notice, do not count."""
        return is_urgent(reported_reasons(self.category, danger_now=self.danger_now, about_me=self.about_me))

    @property
    def needs_help_lines(self) -> bool:
        """Whether its reporter always reads the help lines: a child, or the report is about sexual abuse or danger."""
        return self.in_child_words or self.danger_now or self.was_csam or self.category in SEXUAL_ABUSE

    @property
    def takes_pictures(self) -> bool:
        """Whether its reporter may send pictures: not for material of sexual abuse, which it is an offence to possess."""
        return CATEGORIES[self.category].takes_pictures and not self.was_csam
