"""Closings: decisions that end a case or a content item, from the proposal until they take effect."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline import data_inventory
from hotline.models.content_items import ContentItem
from hotline.models.report import Report
from hotline.states import PROPOSABLE, ReportState

# A closing by one person takes effect after this time and can be undone until then.
UNDO_WINDOW = timedelta(minutes=10)


class ClosingAct(models.TextChoices):
    """The act that closed a case or ended an item."""

    ASIDE = "aside", pgettext_lazy("closing", "without assessment")
    ASSESSED = "assessed", pgettext_lazy("closing", "assessed")
    ACTIONS = "actions", pgettext_lazy("closing", "actions recorded by hand")
    GONE = "gone", pgettext_lazy("closing", "content gone")
    CLOSED_AGAIN = "closed_again", pgettext_lazy("closing", "closed again")


class ClosingState(models.TextChoices):
    """States of a closing.

    A proposal needs a second person; the other states are final, except that a made closing can be undone.
    """

    PROPOSED = "proposed", pgettext_lazy("closing state", "waiting for a second person")
    MADE = "made", pgettext_lazy("closing state", "closed")
    REFUSED = "refused", pgettext_lazy("closing state", "refused by a second person")
    UNDONE = "undone", pgettext_lazy("closing state", "undone")


class Closing(models.Model):
    """One person's decision that ends `report`, or `item` and with it the reports that name it.

    `end` is the state that the report is to get (act "aside") or got. E-mail, status page, erasure and the ICCAM
    exchange apply from `effective_at`. It is empty while a second person has to confirm. A made closing without it is
    in the random sample that a second person checks. `fingerprint` is equal for proposals about near-identical reports
    and is erased with the decision. `before` has the codes and times of the report and of the item's availability
    check. An undo restores them.
    """

    report = models.ForeignKey(Report, verbose_name=_("report"), on_delete=models.CASCADE, related_name="closings")
    item = models.ForeignKey(ContentItem, on_delete=models.CASCADE, related_name="closings", null=True)
    act = models.CharField(_("method"), max_length=12, choices=ClosingAct)
    end = models.CharField(_("closed as"), max_length=16, choices=ReportState, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ClosingState, default=ClosingState.MADE)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("closed by"), on_delete=models.PROTECT, related_name="+"
    )
    author_opened = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("closed"))
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("second person"), on_delete=models.PROTECT, related_name="+", null=True
    )
    second_opened = models.BooleanField(default=False)
    decided_at = models.DateTimeField(_("decided"), null=True)
    effective_at = models.DateTimeField(null=True)
    fingerprint = models.BinaryField(max_length=32, default=b"", editable=False)
    before = models.JSONField(default=dict)

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.KEPT): (
            "report item act end state author_opened created_at second_opened decided_at effective_at before"
        ),
        (data_inventory.DIGEST, data_inventory.UNTIL_DECIDED): "fingerprint",
        (data_inventory.STAFF, data_inventory.KEPT): "author second",
    }

    class Meta:
        verbose_name = _("closing")
        verbose_name_plural = _("closings without assessment")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ClosingState.values), name="closing_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ClosingState.PROPOSED)
                | Q(act=ClosingAct.ASIDE, end__in=sorted(PROPOSABLE), second__isnull=True, effective_at__isnull=True),
                name="closing_proposed_whole",
            ),
            # Four eyes.
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=models.F("author")), name="closing_second_other"
            ),
            models.UniqueConstraint(
                fields=["report"], condition=Q(state=ClosingState.PROPOSED), name="one_proposed_closing"
            ),
        ]
        indexes = [
            # Proposals, and decisions that a second person checks.
            models.Index(
                fields=["report"],
                name="closing_waiting",
                condition=Q(state__in=[ClosingState.PROPOSED, ClosingState.MADE], effective_at__isnull=True),
            ),
            # Closings that a person can still undo.
            models.Index(fields=["author", "created_at"], name="closing_author"),
            # The supervisors' list: all closings, and the rare states.
            models.Index(fields=["-id"], name="closing_aside", condition=Q(act=ClosingAct.ASIDE)),
            models.Index(
                fields=["state", "-id"],
                name="closing_aside_rare",
                condition=Q(act=ClosingAct.ASIDE) & ~Q(state=ClosingState.MADE),
            ),
        ]

    def __str__(self) -> str:
        return self.report.reference
