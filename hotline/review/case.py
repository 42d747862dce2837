"""The case screen's contents."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import User
from django.utils.functional import Promise

from clicksafely.common.permissions import has_duty
from hotline.hosting.selectors import Hosting
from hotline.models import (
    ActionKind,
    Category,
    ContentItem,
    PartnerReport,
    Question,
    Report,
    SiteType,
)
from hotline.monitoring.selectors import Availability
from hotline.permissions import SETTLE_DISPUTE
from hotline.review import selectors
from hotline.review.assessing import ROUNDS
from hotline.review.claims import TakeoverReason
from hotline.review.matches import CaseFiles, files_of
from hotline.review.wording import TimelineRow, row
from hotline.states import FINAL, SET_ASIDE, ItemState, ReportState, Round, report_may

# What may be chosen: (value, label).
Labels = Sequence[tuple[str, str | Promise]]

# None of them answers a question or does anything else at a case: who is tired must not end what they meant to assess.
# What may also be handed over has its key there.
ACTION_KEYS = {ActionKind.REMOVED: "b", ActionKind.UNAVAILABLE: "v", ActionKind.MOVED: "l"}


@dataclass
class CasePage:
    """What `user` may see and do at a case at `now`. `chosen` is the place of the item to show (from 1), as typed in the address.

    `typed`: something was filled in and refused; its form is shown again even where the case is in other hands by now.
    """

    report: Report
    user: User
    now: datetime
    chosen: str = ""
    item: ContentItem | None = None
    typed: bool = False
    items: list[ContentItem] = field(init=False)
    place: int = field(init=False)

    def __post_init__(self) -> None:
        self.items = selectors.items_of(self.report)
        places = [place for place, item in enumerate(self.items) if item == self.item]
        if not places and self.chosen.isdecimal() and 0 < int(self.chosen[:6]) <= len(self.items):
            places = [int(self.chosen[:6]) - 1]
        if not places:
            places = [place for place, item in enumerate(self.items) if self._has_work(item)]
        self.place = (places or [0])[0]
        self.item = self.items[self.place] if self.items else None

    @property
    def number(self) -> int:
        """The place of the shown item, from 1."""
        return self.place + 1

    @property
    def previous(self) -> int | None:
        return self.place if self.place > 0 else None

    @property
    def following(self) -> int | None:
        return self.place + 2 if self.number < len(self.items) else None

    @cached_property
    def is_mine(self) -> bool:
        return self.report.claimed_by_id == self.user.pk and selectors.is_held(self.report, self.now)

    @cached_property
    def holder(self) -> User | None:
        """The colleague who holds the case."""
        return self.report.claimed_by if selectors.is_held(self.report, self.now) and not self.is_mine else None

    @property
    def minutes_left(self) -> int:
        return (
            max(0, int((self.report.claimed_until - self.now).total_seconds()) // 60)
            if self.report.claimed_until
            else 0
        )

    @cached_property
    def may_claim(self) -> bool:
        return not self.is_mine and selectors.workable(self.user).filter(pk=self.report.pk).exists()

    @property
    def takeover_reasons(self) -> Labels:
        return TakeoverReason.choices

    @property
    def ways_aside(self) -> Labels:
        """The states that the case may be set aside to."""
        return [
            (state, ReportState(state).label) for state in sorted(SET_ASIDE) if report_may(self.report.state, state)
        ]

    @cached_property
    def round(self) -> Round | None:
        """The round of the shown item whose questions this person may answer."""
        if self.item is None or self.item.state not in ROUNDS or not (self.is_mine or self.typed):
            return None
        turn = ROUNDS[ItemState(self.item.state)]
        gave_one = any(assessment.author_id == self.user.pk for assessment in self.item.assessments.all())
        if gave_one or (turn == Round.ARBITRATION and not has_duty(self.user, SETTLE_DISPUTE)):
            return None
        return turn

    @cached_property
    def questions(self) -> list[Question]:
        """What that round asks: a first one the present questions, a later one those of the first."""
        if self.item is None or self.round is None:
            return []
        return selectors.questions_for(self.item)

    @property
    def categories(self) -> Labels:
        """What a report by e-mail may be about."""
        return Category.choices

    @property
    def may_act(self) -> bool:
        return (self.is_mine or self.typed) and self.item is not None and self.item.state == ItemState.ASSESSED

    @property
    def has_ended(self) -> bool:
        return self.report.state in FINAL

    @property
    def is_anonymised(self) -> bool:
        return self.report.state == ReportState.ANONYMISED

    @property
    def action_kinds(self) -> Sequence[tuple[str, str | Promise, str]]:
        """What may have been done: (value, label, key, empty where it has none)."""
        return [(kind.value, kind.label, ACTION_KEYS.get(kind, "")) for kind in ActionKind]

    @cached_property
    def ending_with_it(self) -> int:
        """How many other open reports have nothing else open than the shown item."""
        return selectors.ending_with(self.item, self.report) if self.item else 0

    @cached_property
    def opinions(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Earlier assessments of the shown item as (round, [(question, answer)]); empty for somebody who must not see them."""
        if self.item is None or not selectors.sees_assessments(self.item, self.user):
            return []
        return selectors.opinions(self.item)

    @cached_property
    def files(self) -> CaseFiles:
        """The hashes of the case's files, and the lists they are on."""
        return files_of(self.report)

    @cached_property
    def partner_report(self) -> PartnerReport | None:
        """Which partner sent it, under which number of theirs."""
        return selectors.partner_report(self.report)

    @cached_property
    def earlier_decisions(self) -> dict[str, int]:
        return selectors.earlier_decisions(self.item) if self.item else {}

    @cached_property
    def hosting(self) -> Hosting | None:
        """Where the shown item is."""
        return Hosting(self.item, self.now) if self.item else None

    @cached_property
    def availability(self) -> Availability | None:
        """Whether the shown item is still there, as far as it was looked for."""
        return Availability(self.item, self.now) if self.item else None

    @property
    def site_types(self) -> Sequence[tuple[int, str | Promise]]:
        """The kinds of site that an item may be said to be on: (ICCAM id, label)."""
        return SiteType.choices

    @cached_property
    def timeline(self) -> list[TimelineRow]:
        events = selectors.timeline(self.report, self.items, self.user)
        people = selectors.names_of(events)
        return [row(event, people) for event in events]

    def _has_work(self, item: ContentItem) -> bool:
        return item.state in ROUNDS or item.state == ItemState.ASSESSED
