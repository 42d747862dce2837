"""What stands beside the assessment on the case screen: rules that fit the shown content, internal notes, opening and closing again."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise

from clicksafely.common.permissions import has_duty
from hotline.models import HoldReason, LegalHold, RuleHit, TriageRule
from hotline.monitoring.retention.selectors import standing_hold
from hotline.permissions import MANAGE_LEGAL_HOLD
from hotline.review import notes
from hotline.review.case import CasePage
from hotline.review.reopening import BY_HAND
from hotline.states import ReportState


@dataclass
class Beside:
    """What the user of `page` may see and do there."""

    page: CasePage

    @cached_property
    def rules(self) -> list[TriageRule]:
        """The active rules that fit the shown item, the oldest first."""
        hits = RuleHit.objects.filter(item=self.page.item, rule__active=True).select_related("rule")
        return [hit.rule for hit in hits.order_by("rule_id")]

    @cached_property
    def notes_count(self) -> int:
        return self.page.report.notes.count()

    @cached_property
    def may_note(self) -> bool:
        if self.page.is_anonymised:
            return False
        return notes.may_write(report=self.page.report, user=self.page.user, now=self.page.now)

    @cached_property
    def legal_hold(self) -> LegalHold | None:
        """The hold that keeps everything of the case."""
        return standing_hold(self.page.report)

    @property
    def may_hold(self) -> bool:
        return has_duty(self.page.user, MANAGE_LEGAL_HOLD) and not self.page.is_anonymised

    @property
    def hold_reasons(self) -> Sequence[tuple[str, str | Promise]]:
        return HoldReason.choices

    @property
    def may_add_places(self) -> bool:
        """Whether addresses may be added: by the holder, before the case has gone on to others."""
        return self.page.is_mine and self.page.report.state == ReportState.IN_REVIEW

    @property
    def is_open_again(self) -> bool:
        return self.page.report.reopened_at is not None

    @property
    def reopened_from(self) -> str:
        """The end that a report which is open again had, in a word."""
        report = self.page.report
        return str(report.get_outcome_display() or ReportState(report.reopened_from).label)

    @property
    def reopen_reasons(self) -> Sequence[tuple[str, str | Promise]]:
        return [(reason.value, reason.label) for reason in BY_HAND]
