"""What stands on the case screen about handing the shown content over: what is proposed, what is on its way, what went out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils.functional import Promise

from clicksafely.common.permissions import has_duty
from hotline.models import LocationKind, Notice, PoliceHold, Referral, ReferralProblem, ReferralState, Route
from hotline.models.referral import OPEN
from hotline.permissions import REVIEW_URGENT_REFERRAL
from hotline.referral.notices.selectors import notices_of
from hotline.referral.routing import Proposal, propose, ways_gone
from hotline.review import selectors
from hotline.review.case import CasePage
from hotline.states import ItemState, Verdict

# None of them does anything else at a case.
ROUTE_KEYS = {Route.POLICE: "p", Route.HOST: "h", Route.ICCAM: "g", Route.SIGNPOST: "z"}


class Way(NamedTuple):
    """A way that may be chosen: its value, label and key, and whether it is ticked."""

    value: str
    label: str | Promise
    key: str
    ticked: bool


@dataclass
class Ways:
    """What the user of `page` may see and do there; `chosen` are the ways that were ticked and refused."""

    page: CasePage
    chosen: Sequence[str] | None = None

    @cached_property
    def proposal(self) -> Proposal | None:
        """What the rules propose, where somebody is to decide."""
        return propose(self.page.item) if self.page.item and self.page.may_act else None

    @cached_property
    def choices(self) -> list[Way]:
        """The ways that are not open or done yet."""
        proposed = self.proposal.routes if self.proposal else []
        gone = ways_gone(self.page.item) if self.page.item else set()
        ticked = self.chosen if self.chosen is not None else proposed
        return [
            Way(route.value, route.label, ROUTE_KEYS[route], route.value in ticked)
            for route in Route
            if route.value not in gone
        ]

    @cached_property
    def referrals(self) -> list[Referral]:
        """What was decided about the shown item, the oldest first; hidden from whoever must not know of a first opinion."""
        item = self.page.item
        if item is None or not selectors.sees_assessments(item, self.page.user):
            return []
        return list(item.referrals.filter(of_pictures=False).prefetch_related("packages").order_by("pk"))

    @property
    def is_unsure(self) -> bool:
        """Whether the last that failed did so because the host could not be looked up."""
        failed = [each for each in self.referrals if each.state == ReferralState.FAILED]
        return bool(failed) and failed[-1].problem == ReferralProblem.HOSTING_UNSURE

    @cached_property
    def hold(self) -> PoliceHold | None:
        """The hold of the police on the shown item."""
        return PoliceHold.objects.filter(item=self.page.item, ended_at=None).first() if self.page.item else None

    @cached_property
    def notices(self) -> list[Notice]:
        """The notices about the shown item, the newest first; hidden as the hand-overs are."""
        item = self.page.item
        if item is None or not any(each.route == Route.HOST for each in self.referrals):
            return []
        return list(notices_of(item)[:20])

    @property
    def may_preview_notice(self) -> bool:
        """Whether there is something that a host may be told."""
        item = self.page.item
        decided = item is not None and item.state in {ItemState.ASSESSED, ItemState.ACTIONED}
        return decided and item.kind == LocationKind.URL and item.verdict == Verdict.ILLEGAL  # type: ignore[union-attr]

    @property
    def may_urge(self) -> bool:
        """Whether this person may go to the police at once."""
        item = self.page.item
        if item is None or not self.page.is_mine or item.state in {ItemState.ENDED, ItemState.ACTIONED}:
            return False
        to_police = item.referrals.filter(route=Route.POLICE, of_pictures=False)
        return not to_police.filter(state__in=[*OPEN, ReferralState.SENT]).exists()

    @property
    def may_review_urgent(self) -> bool:
        return has_duty(self.page.user, REVIEW_URGENT_REFERRAL)
