"""The figures behind the plots of the home page, against rows with known dates."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from clicksafely.accounts.models import User
from clicksafely.common.staff.home import forget_homes, home_of
from hotline.models import (
    ActionKind,
    AgreementLevel,
    Assessment,
    AvailabilityCheck,
    ContentItem,
    QuestionSet,
    Report,
)
from hotline.statistics.aggregate import HANDED_OVER
from hotline.statistics.definitions import D, label_of
from hotline.statistics.rebuild import rebuild_statistics
from tests.clients.staff import make_staff
from tests.factories.papers import content
from tests.factories.youthpanel import (
    NOW,
    TODAY,
    give_consent,
    make_cohort,
    make_edition,
    make_meeting,
    make_member,
    make_recommendation,
)
from tests.hotline.review.conftest import make_case, make_item
from youthpanel.models import Recommendation

pytestmark = pytest.mark.django_db


def figures(user: User, code: str) -> list[tuple[str, int | None]]:
    """Return the labels and numbers of a plot, in its order."""
    forget_homes()
    with translation.override("en"):
        (plot,) = [each for each in home_of(user, [], now=NOW).plots if each.code == code]
    return [(str(row.label), row.count) for row in plot.rows]


def in_words(numbers: dict[str, int]) -> dict[str, int]:
    """Return numbers by the label of their range of time."""
    with translation.override("en"):
        return {label_of(D.TIME, code): number for code, number in numbers.items()}


def test_consents_are_counted_in_the_month_of_their_end() -> None:
    ends = ((2026, 9, 30), (2026, 10, 1), (2026, 10, 20), (2026, 12, 1), (2026, 12, 31), (2027, 4, 1))
    for day in ends:
        give_consent(make_member(), "membership", expires_on=date(*day))
    # The guardian's consent to online participation ends 60 days after the fifteenth birthday, in October.
    give_consent(make_member(birth_year=2011, birth_month=9), "online", expires_on=date(2027, 8, 1))
    withdrawn = {"expires_on": date(2026, 12, 5), "withdrawn_on": TODAY}
    give_consent(make_member(), "membership", **withdrawn)
    give_consent(make_member(left_on=TODAY), "membership", expires_on=date(2026, 12, 5))
    assert figures(make_staff("koordinator", "coordinator"), "consents") == [
        ("expired", 2), ("10.26.", 1), ("11.26.", 1), ("12.26.", 2), ("01.27.", 0), ("02.27.", 0), ("03.27.", 0)
    ]  # fmt: skip


def test_attendance_is_that_of_members_with_a_record() -> None:
    cohort = make_cohort()
    members = [make_member(cohort) for _number in range(4)]
    for days, records, fields in (
        (7, (True, True, False, None), {}),
        (14, (False, None), {}),
        (21, (None, None), {}),
        (28, (True, True), {"cancelled_at": NOW}),
    ):
        meeting = make_meeting(cohort, starts_at=NOW - timedelta(days=days), **fields)
        for member, attended in zip(members, records, strict=False):
            meeting.attendances.create(member=member, attended=attended)
    assert figures(make_staff("koordinator", "coordinator"), "attendance") == [
        ("17.09. (0/1)", 0),
        ("24.09. (2/3)", 67),
    ]


def test_waiting_times_run_from_the_handover_to_the_decision() -> None:
    coordinator = make_staff("koordinator", "coordinator")

    def hand_over(days: int | None) -> Recommendation:
        recommendation = make_recommendation()
        row = {**content()["recommendations"][0], "id": recommendation.pk, "slug": recommendation.slug}
        edition = make_edition(coordinator, content=content(recommendations=[row]), issued_at=NOW - timedelta(days=400))
        if days is not None:
            on = TODAY - timedelta(days=days)
            edition.handovers.create(recipient="x", on=on, answer_by=on + timedelta(days=60))
        return recommendation

    def answer(recommendation: Recommendation, kind: str) -> None:
        recommendation.responses.create(kind=kind, on=TODAY, text_sr="Да.", source="x", recorded_at=NOW)

    for days in (0, 29, 30, 89, 200, None):
        hand_over(days)
    answer(hand_over(45), "received")
    answer(hand_over(45), "accepted")
    assert figures(coordinator, "answers") == [
        ("0 to 30 days", 2), ("30 to 60 days", 2), ("60 to 90 days", 1), ("90 to 180 days", 0), ("over 180 days", 1)
    ]  # fmt: skip


class TestReviews:
    @pytest.fixture(autouse=True)
    def _people(self) -> None:
        self.supervisor = make_staff("vera", "supervisor")
        self.authors = {round_: make_staff(round_, "analyst") for round_ in ("first", "second", "arbitration")}
        self.questions = QuestionSet.objects.get(active=True)

    def assess(self, round_: str, at: datetime, *, hours: float = 2, **columns: Any) -> None:
        """Assess a content item that was reported this many hours before."""
        item = make_item(first_reported_at=at - timedelta(hours=hours))
        Assessment.objects.create(
            item=item,
            report=make_case(item),
            author=self.authors[round_],
            question_set=self.questions,
            round=round_,
            answers={},
            verdict="illegal",
            created_at=at,
            **columns,
        )

    def test_agreement_is_the_share_of_second_assessments_with_the_same_answers(self) -> None:
        august = NOW - timedelta(days=45)
        for level in (AgreementLevel.ANSWERS, AgreementLevel.ANSWERS, AgreementLevel.VERDICT):
            self.assess("second", august, agreed=level)
        self.assess("second", NOW - timedelta(days=20), agreed=AgreementLevel.NOTHING)
        self.assess("first", august)
        self.assess("second", NOW - timedelta(days=200), agreed=AgreementLevel.NOTHING)
        assert figures(self.supervisor, "agreement") == [("08.26.", 67), ("09.26.", 0)]

    def test_a_decision_is_an_agreed_second_assessment_or_an_arbitration(self) -> None:
        yesterday = NOW - timedelta(days=1)
        for hours in (0.5, 5, 23, 72, 800):
            self.assess("second", yesterday, hours=hours, agreed=AgreementLevel.ANSWERS)
        self.assess("arbitration", yesterday, hours=90)
        self.assess("first", yesterday)
        self.assess("second", yesterday, agreed=AgreementLevel.VERDICT)
        self.assess("second", NOW - timedelta(days=31), agreed=AgreementLevel.ANSWERS)
        expected = {"under_1h": 1, "1h_to_4h": 0, "4h_to_24h": 2, "1d_to_3d": 0, "3d_to_7d": 2, "7d_to_30d": 0, "over_30d": 1}  # fmt: skip
        assert dict(figures(self.supervisor, "decision")) == in_words(expected)

    def removed(self, since: datetime, hours: float, *, outcome: str = "removed") -> tuple[ContentItem, Report]:
        """An item that was found removed this many hours after the first report."""
        item = make_item(first_reported_at=since, state="ended", verdict="illegal", outcome=outcome)
        case = make_case(item)
        case.actions.create(item=item, author=self.authors["first"], kind=HANDED_OVER[0], done_at=since)
        gone = since + timedelta(hours=hours)
        AvailabilityCheck.objects.create(
            item=item, began_at=since, unavailable_since=gone, ended_at=gone, outcome=outcome
        )
        return item, case

    def test_the_time_to_removal_is_that_of_the_items_of_the_year_without_small_figures(self) -> None:
        june = datetime(2026, 6, 10, 10, tzinfo=NOW.tzinfo)
        for hours, number in ((2, 6), (100, 5)):
            for _number in range(number):
                self.removed(june, hours)
        for _number in range(7):
            self.removed(june - timedelta(days=365), 2)
            self.removed(june, 2, outcome="moved")
        # Handed over and not gone.
        item = make_item(first_reported_at=june, state="actioned", verdict="illegal")
        make_case(item).actions.create(
            item=item, author=self.authors["first"], kind=ActionKind(HANDED_OVER[0]), done_at=june
        )
        rebuild_statistics(now=NOW)
        found = {label: number for label, number in figures(self.supervisor, "removal") if number}
        assert found == in_words({"1h_to_4h": 6, "3d_to_7d": 5})
