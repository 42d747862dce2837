"""The context of the case page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.exceptions import CANNOT_DECRYPT, ActionRefused
from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.models import AuditEvent
from clicksafely.common.permissions import has_role_permission
from hotline.availability.selectors import Availability
from hotline.hosting.selectors import Hosting
from hotline.lifecycle.closings import needs_two_people
from hotline.models import (
    UNDO_WINDOW,
    ActionKind,
    Closing,
    ContentItem,
    LegalHold,
    LocationKind,
    Notice,
    PartnerReport,
    PoliceHold,
    Question,
    Referral,
    ReferralProblem,
    ReferralState,
    Report,
    Route,
    RuleHit,
    TriageRule,
)
from hotline.models.referral import OPEN
from hotline.models.routing import REFERRAL_CHANNELS
from hotline.permissions import (
    DECIDE_DISPUTE,
    MANAGE_LEGAL_HOLD,
    REVIEW_URGENT_REFERRAL,
    SEND_NOTICE_NOW,
)
from hotline.referral.routing import Proposal, host_name_of, propose, used_routes
from hotline.referral.takedown.selectors import describe_wait, notices_of
from hotline.referral.takedown.services import can_send_now
from hotline.retention.selectors import active_hold
from hotline.review import notes, selectors
from hotline.review.assessments import ROUNDS
from hotline.review.case_pictures import PicturePanel, RevealedPicture
from hotline.review.duplicates import possible_originals
from hotline.review.forms import CARRIED, CASE_FORMS, AssessmentForm, CaseForm, ReferralForm, carried_input
from hotline.review.notes import DecryptedNotes
from hotline.review.openings import Unopened, unopened_by
from hotline.review.referral_services import NO_HOST
from hotline.review.sealed_content import DecryptedMessage, reply_hint
from hotline.review.selectors import CaseFiles, OwnPictures, files_of, own_pictures_of
from hotline.review.timeline_labels import TimelineRow, timeline_row
from hotline.review.welfare import DailyExposure, daily_exposure
from hotline.states import FINAL, PROPOSABLE, ItemState, Outcome, ReportState, Round, Verdict

# Options of a select field: (value, label).
Labels = Sequence[tuple[str, str | Promise]]

ORIGINALS_SHOWN = 20
# No key answers a question or has a second meaning on the case page, so that tired analysts do not act by mistake.
# Referral channels have their key in REFERRAL_CHANNELS.
ACTION_KEYS = {ActionKind.REMOVED: "b", ActionKind.UNAVAILABLE: "v", ActionKind.MOVED: "l"}


class OpenedReason(NamedTuple):
    """The decrypted reason of an urgent referral."""

    referral_id: int
    text: str


@dataclass(frozen=True)
class OpenedContent:
    """Decrypted content for a single response. It is never stored."""

    words: Mapping[str, Mapping[str, Any]] | None = None
    dialogue: Sequence[DecryptedMessage] | None = None
    notes: DecryptedNotes | None = None
    has_addresses: bool = False
    # By the id of the upload.
    pictures: Mapping[int, RevealedPicture] = field(default_factory=dict)
    urgent_reason: OpenedReason | None = None
    hold_reason: str = ""


@dataclass
class CasePage:
    """Content and permissions of the case page of `report` for `user` at `now`.

    `chosen` is the number of the item to show, from 1, as given in the URL. `refusal` is the reason for which the
    action of this request was refused, and `form` its form. `posted` is the input of this request. The input of a
    refused assessment, action or referral is shown again, also after the user's claim has ended. The claim form
    carries it. `opened_content` is the decrypted content of this response.
    """

    report: Report
    user: User
    now: datetime
    chosen: str = ""
    item: ContentItem | None = None
    refusal: Exception | None = None
    form: CaseForm | None = None
    posted: QueryDict = field(default_factory=QueryDict)
    opened_content: OpenedContent = field(default_factory=OpenedContent)
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
        """The number of the shown item, from 1."""
        return self.place + 1

    @property
    def previous(self) -> int | None:
        return self.place if self.place > 0 else None

    @property
    def following(self) -> int | None:
        return self.place + 2 if self.number < len(self.items) else None

    @cached_property
    def is_mine(self) -> bool:
        return selectors.holds(self.report, self.user, self.now)

    @cached_property
    def holder(self) -> User | None:
        """The colleague who holds the case."""
        if self.is_mine or self._has_own_check or not selectors.is_claimed(self.report, self.now):
            return None
        return self.report.claimed_by

    @property
    def minutes_left(self) -> int:
        return (
            max(0, int((self.report.claimed_until - self.now).total_seconds()) // 60)
            if self.report.claimed_until
            else 0
        )

    @cached_property
    def may_claim(self) -> bool:
        return not self.is_mine and selectors.workable_cases(self.user).filter(pk=self.report.pk).exists()

    @property
    def is_refused(self) -> bool:
        return self.refusal is not None or bool(self.form and self.form.errors)

    @property
    def refusal_text(self) -> str:
        """The message above the page."""
        if self.refusal is None:
            return ""
        if isinstance(self.refusal, ActionRefused):
            return str(self.refusal.message)
        if isinstance(self.refusal, StorageUnavailable):
            return gettext(
                "The picture cannot be loaded right now. Try again in a minute or contact the administrator."
            )
        return str(CANNOT_DECRYPT)

    @cached_property
    def forms(self) -> dict[str, CaseForm]:
        """The forms of the page by name: the refused one with its input, the others empty."""
        initial = {
            "category": "" if self.report.category_assumed else self.report.category,
            "site_type": str(self.item.site_type) if self.item else "",
        }
        forms: dict[str, CaseForm] = {each.name: each(initial=initial) for each in CASE_FORMS}
        forms |= {each.name: each(self.posted) for field, each in CARRIED.items() if field in self.posted}
        return forms | ({self.form.name: self.form} if self.form else {})

    @cached_property
    def assessment_form(self) -> AssessmentForm:
        """The form of the round, with the input of this request."""
        if isinstance(self.form, AssessmentForm):
            return self.form
        return AssessmentForm(self.posted if self.carried else None, questions=self.questions)

    @cached_property
    def carried(self) -> list[tuple[str, str]]:
        """The input that the claim form carries: (name, value)."""
        return carried_input(self.posted)

    @cached_property
    def welfare(self) -> DailyExposure:
        return daily_exposure(self.user, self.now)

    @property
    def reply_hint(self) -> str:
        return reply_hint(report=self.report, texts=self.opened_content.words)

    @cached_property
    def picture_panel(self) -> PicturePanel:
        return PicturePanel(self.report, self.user, self.is_mine, self.files, self.opened_content.pictures)

    @cached_property
    def referral_panel(self) -> "ReferralPanel":
        return ReferralPanel(self)

    @property
    def closing_choices(self) -> Labels:
        """The states for closing without assessment.

        "closed" is offered if other cases have decided all of the content.
        """
        # A report outside the queues cannot be opened. It ends with its content.
        if self.report.state not in {ReportState.TRIAGED, ReportState.IN_REVIEW} or self.report.queue is None:
            return []
        decided = self.is_decided_elsewhere and self.needs_two
        as_decided = [(ReportState.CLOSED.value, _("closed, as decided for its content"))] if decided else []
        return [*as_decided, *((state.value, state.label) for state in sorted(PROPOSABLE - {ReportState.CLOSED}))]

    @cached_property
    def possible_originals(self) -> list[Report]:
        """Some reports of the same content that this one may repeat."""
        return list(possible_originals(self.report)[:ORIGINALS_SHOWN])

    @cached_property
    def needs_two(self) -> bool:
        """Whether two people are needed to close the case."""
        return needs_two_people(self.report)

    @property
    def is_decided_elsewhere(self) -> bool:
        """Whether other cases have decided all content and the case only has to be opened."""
        waits = self.report.state in {ReportState.TRIAGED, ReportState.IN_REVIEW} and self.report.reopened_at is None
        return waits and bool(self.items) and all(item.state == ItemState.ENDED for item in self.items)

    @cached_property
    def proposal(self) -> Closing | None:
        """The closing that waits for confirmation by a second person."""
        return selectors.proposed_closing(self.report)

    @property
    def is_proposer(self) -> bool:
        return self.proposal is not None and self.proposal.author_id == self.user.pk

    @cached_property
    def undoable(self) -> list[tuple[Closing, int]]:
        """The closings that the user may still undo here, with the minutes left."""
        if not any(item.state == ItemState.ENDED for item in self.items) and self.report.state not in FINAL:
            return []
        closings = selectors.undoable_closings(self.user, self.now).filter(report=self.report)
        return [(closing, minutes_to_undo(closing, self.now)) for closing in closings]

    @cached_property
    def round(self) -> Round | None:
        """The assessment round that the user may answer for the shown item."""
        if self.item is None or self.report.proposed_end or not (self.is_mine or self.carried):
            return None
        turn = ROUNDS.get(ItemState(self.item.state))
        if turn is None and self._has_due_check(self.item):
            turn = Round.SECOND
        if turn is None:
            return None
        gave_one = any(assessment.author_id == self.user.pk for assessment in self.item.assessments.all())
        if gave_one or (turn == Round.ARBITRATION and not has_role_permission(self.user, DECIDE_DISPUTE)):
            return None
        return turn

    @cached_property
    def unopened(self) -> Unopened:
        """The parts that the user has not opened and that a decision about the shown item needs."""
        found = unopened_by(self.report, self.user)
        return found.for_item(self.item) if self.item else found

    @property
    def shows_address(self) -> bool:
        """Whether the page prints the address: in the response that opened it, then to the holder who opened it."""
        return self.opened_content.has_addresses or (self.is_mine and not self.unopened.addresses)

    @cached_property
    def questions(self) -> list[Question]:
        """The questions of the round. Later rounds use the question set of the first round."""
        if self.item is None or self.round is None:
            return []
        return selectors.questions_for(self.item)

    @property
    def may_act(self) -> bool:
        mine = (self.is_mine or bool(self.carried)) and not self.report.proposed_end
        return mine and self.item is not None and self.item.state == ItemState.ASSESSED

    @property
    def has_ended(self) -> bool:
        return self.report.state in FINAL and not self._has_check_of_other

    @property
    def state_label(self) -> str:
        """The label of the state. A closed case with a decision to check is shown as in second review."""
        hidden = self.report.state in FINAL and self._has_check_of_other
        return str(ReportState.SECOND_REVIEW.label if hidden else self.report.get_state_display())

    @property
    def item_label(self) -> str:
        """The label of the item's state, or of its outcome if it has ended."""
        if self.item is None:
            return ""
        if self.item.state == ItemState.ENDED and not selectors.sees_assessments(self.item, self.user):
            return str(ItemState.IN_SECOND_REVIEW.label)
        ended = self.item.state == ItemState.ENDED
        return str(Outcome(self.item.outcome).label if ended else ItemState(self.item.state).label)

    @property
    def is_anonymised(self) -> bool:
        return self.report.state == ReportState.ANONYMISED

    @property
    def action_kinds(self) -> Sequence[tuple[str, str | Promise, str]]:
        """The actions to record: (value, label, keyboard key or "")."""
        return [(kind.value, kind.label, ACTION_KEYS.get(kind, "")) for kind in ActionKind]

    @cached_property
    def ending_with_it(self) -> int:
        """The number of other open reports in which only the shown item is open."""
        return selectors.ending_with(self.item, self.report) if self.item else 0

    @cached_property
    def opinions(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Earlier assessments of the shown item: (round, [(question, answer)]).

        Empty if they are hidden from the user.
        """
        if self.item is None or not selectors.sees_assessments(self.item, self.user):
            return []
        return selectors.opinions(self.item)

    @cached_property
    def files(self) -> CaseFiles:
        """The hashes of the case's files, with their matches."""
        return files_of(self.report)

    @cached_property
    def own_pictures(self) -> OwnPictures:
        """The unverified codes of own pictures, with their matches."""
        return own_pictures_of(self.report)

    @cached_property
    def partner_report(self) -> PartnerReport | None:
        """The partner that sent the report, with the partner's own reference."""
        return selectors.partner_report(self.report)

    @cached_property
    def earlier_decisions(self) -> dict[str, int]:
        return selectors.earlier_decisions(self.item) if self.item else {}

    @cached_property
    def hosting(self) -> Hosting | None:
        """The hosting of the shown item."""
        return Hosting(self.item, self.now) if self.item else None

    @cached_property
    def availability(self) -> Availability | None:
        """The results of the availability checks of the shown item."""
        return Availability(self.item, self.now) if self.item else None

    @cached_property
    def rules(self) -> list[TriageRule]:
        """The active rules that match the shown item, the oldest first."""
        hits = RuleHit.objects.filter(item=self.item, rule__active=True).select_related("rule")
        return [hit.rule for hit in hits.order_by("rule_id")]

    @cached_property
    def notes_count(self) -> int:
        return self.report.notes.count()

    @cached_property
    def may_note(self) -> bool:
        if self.is_anonymised:
            return False
        return notes.may_write(report=self.report, user=self.user, now=self.now)

    @cached_property
    def legal_hold(self) -> LegalHold | None:
        """The active legal hold of the case."""
        return active_hold(self.report)

    @property
    def may_hold(self) -> bool:
        return has_role_permission(self.user, MANAGE_LEGAL_HOLD) and not self.is_anonymised

    @property
    def may_add_locations(self) -> bool:
        """Whether the user may add addresses: as holder, while the case is in review."""
        return self.is_mine and self.report.state == ReportState.IN_REVIEW

    @property
    def is_open_again(self) -> bool:
        return self.report.reopened_at is not None

    @property
    def reopened_from(self) -> str:
        """The label of the outcome or state from which the report was reopened."""
        report = self.report
        return str(report.get_outcome_display() or ReportState(report.reopened_from).label)

    @cached_property
    def is_blind(self) -> bool:
        """Whether the user has yet to judge an opinion or a proposal of another person in this case.

        Until then the page shows neither its direction nor the names of the staff who have worked on the case.
        """
        return bool(selectors.unseen_authors(self.report, self.items, self.user))

    @cached_property
    def timeline(self) -> list[TimelineRow]:
        people = selectors.names_of(self._events)
        if self.is_blind:
            people = {pk: name if pk == self.user.pk else gettext("a colleague") for pk, name in people.items()}
        return [timeline_row(event, people) for event in self._events]

    @property
    def version(self) -> int:
        """A number that grows with each change by another person or the portal that the user may see."""
        return next((event.pk for event in self._events if event.actor_id != self.user.pk), 0)

    @property
    def latest_change(self) -> str:
        """The latest such change in words, with the name of the person."""
        rows = zip(self._events, self.timeline, strict=True)
        row = next((row for event, row in rows if event.actor_id != self.user.pk), None)
        return " · ".join(part for part in (row.text, row.who) if part) if row else ""

    @cached_property
    def _events(self) -> list[AuditEvent]:
        return selectors.timeline(self.report, self.items, self.user)

    @cached_property
    def _has_own_check(self) -> bool:
        return any(check.author_id == self.user.pk for item in self.items for check in selectors.checks_of(item))

    @cached_property
    def _has_check_of_other(self) -> bool:
        return any(check.author_id != self.user.pk for item in self.items for check in selectors.checks_of(item))

    def _has_due_check(self, item: ContentItem) -> bool:
        """See `assessments.due_check`."""
        latest = self.now - UNDO_WINDOW
        due = any(
            check.report_id == self.report.pk and check.created_at <= latest for check in selectors.checks_of(item)
        )
        return due and self.report.state in {ReportState.CLOSED, ReportState.SECOND_REVIEW}

    def _has_work(self, item: ContentItem) -> bool:
        return item.state in ROUNDS or item.state == ItemState.ASSESSED or self._has_due_check(item)


def minutes_to_undo(closing: Closing, now: datetime) -> int:
    """Return the full minutes left to undo `closing`, at least 1."""
    return max(1, int((closing.created_at + UNDO_WINDOW - now).total_seconds()) // 60)


class RouteChoice(NamedTuple):
    """A referral route that can be chosen: value, label, keyboard key or "", and whether it is ticked."""

    value: str
    label: str | Promise
    key: str
    ticked: bool


class NoticeLine(NamedTuple):
    """A takedown notice on the case page: what it waits for, and whether the user may send it at once."""

    notice: Notice
    wait: str
    can_send_now: bool


@dataclass
class ReferralPanel:
    """Referrals and takedown notices of the shown item."""

    page: CasePage

    @cached_property
    def proposal(self) -> Proposal | None:
        """The routes proposed by the routing rules, if the user may decide."""
        return propose(self.page.item) if self.page.item and self.page.may_act else None

    @property
    def no_host(self) -> str:
        """Reason for which the host is not among the choices; "" if it is."""
        return "" if self.page.item is None or host_name_of(self.page.item) else str(NO_HOST)

    @cached_property
    def choices(self) -> list[RouteChoice]:
        """Possible routes that are neither open nor completed."""
        proposed = self.proposal.routes if self.proposal else []
        gone = used_routes(self.page.item) if self.page.item else set()
        if self.no_host:
            gone = gone | {Route.HOST.value}
        form = self.page.forms[ReferralForm.name]
        ticked = form["routes"].value() if form.is_bound else proposed
        return [
            RouteChoice(route.value, route.label, REFERRAL_CHANNELS[route].key, route.value in ticked)
            for route in Route
            if route.value not in gone
        ]

    @cached_property
    def referrals(self) -> list[Referral]:
        """The referrals of the shown item, the oldest first. Hidden from users who must not see the first opinion."""
        item = self.page.item
        if item is None or not selectors.sees_assessments(item, self.page.user):
            return []
        return list(item.referrals.filter(is_for_pictures=False).prefetch_related("packages").order_by("pk"))

    @property
    def is_unsure(self) -> bool:
        """Whether the latest failed referral failed because the host could not be looked up."""
        failed = [each for each in self.referrals if each.state == ReferralState.FAILED]
        return bool(failed) and failed[-1].problem == ReferralProblem.HOSTING_UNSURE

    @cached_property
    def hold(self) -> PoliceHold | None:
        """The police hold on the shown item."""
        return PoliceHold.objects.filter(item=self.page.item, ended_at=None).first() if self.page.item else None

    @cached_property
    def notices(self) -> list[NoticeLine]:
        """The takedown notices about the shown item, the newest first. Hidden like the referrals."""
        item = self.page.item
        if item is None or not any(each.route == Route.HOST for each in self.referrals):
            return []
        now, may_send = self.page.now, has_role_permission(self.page.user, SEND_NOTICE_NOW)
        return [
            NoticeLine(notice, describe_wait(notice, now=now), may_send and can_send_now(notice, now=now))
            for notice in notices_of(item)[:20]
        ]

    @property
    def may_preview_notice(self) -> bool:
        """Whether a takedown notice about the shown item can be previewed."""
        item = self.page.item
        decided = item is not None and item.state in {ItemState.ASSESSED, ItemState.ACTIONED}
        return decided and item.kind == LocationKind.URL and item.verdict == Verdict.ILLEGAL  # type: ignore[union-attr]

    @property
    def may_refer_urgently(self) -> bool:
        """Whether the user may refer the item to the police at once."""
        item = self.page.item
        if item is None or not self.page.is_mine:
            return False
        # Whether it is offered must not tell a second person what the first one decided.
        if self.page.round == Round.SECOND:
            return True
        if item.state in {ItemState.ENDED, ItemState.ACTIONED}:
            return False
        to_police = item.referrals.filter(route=Route.POLICE, is_for_pictures=False)
        return not to_police.filter(state__in=[*OPEN, ReferralState.SENT]).exists()

    @property
    def may_review_urgent(self) -> bool:
        return has_role_permission(self.page.user, REVIEW_URGENT_REFERRAL)
