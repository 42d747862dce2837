"""Random reports, items and their histories, for statistics."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random

import pytest

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.categories import CSAM, CYBERBULLYING, HATE_SPEECH, OTHER
from hotline.models import (
    Action,
    ActionKind,
    Assessment,
    AvailabilityCheck,
    Channel,
    ContentItem,
    Host,
    LocationKind,
    QuestionSet,
    Referral,
    Report,
    ReportItem,
    SiteType,
)
from hotline.review.assessments import agreement_with
from hotline.states import CLOSED_WITHOUT_ASSESSMENT, ItemState, Outcome, ReportState, Verdict
from tests.hotline.review.conftest import make_user

# Belgrade's months begin an hour or two before UTC's: half of these hours are near a change of month or of year.
BEGIN = datetime(2024, 10, 1, tzinfo=UTC)
HOURS = 24 * 31 * 5
COUNTRIES = ("RS", "NL", "US", "")
# Not all: one more would make other reports of the same seed, and `naive` knows the actions of these.
SOME_CATEGORIES = (CSAM.code, CYBERBULLYING.code, HATE_SPEECH.code, OTHER.code)
SOME_CHANNELS = (Channel.WEB, Channel.EMAIL, Channel.API, Channel.ICCAM, Channel.TELEPHONE)
SOME_ACTIONS = (
    ActionKind.POLICE,
    ActionKind.HOST,
    ActionKind.PARTNER,
    ActionKind.REMOVED,
    ActionKind.UNAVAILABLE,
    ActionKind.MOVED,
    ActionKind.SIGNPOST,
)


@dataclass
class World:
    """The analysts and the random generator."""

    random: Random
    first: User
    second: User
    questions: QuestionSet

    def fill(self, reports: int = 60) -> None:
        """Make hosts, items and reports."""
        for country in COUNTRIES:
            Host.objects.create(name=f"{country.lower() or 'somewhere'}.example.org", country=country)
        items = [self.make_item(number) for number in range(reports)]
        for _ in range(reports):
            self.make_report(items)

    def moment(self) -> datetime:
        """An hour within the five months."""
        edge = self.random.choice(
            [None, datetime(2024, 10, 31, 20, tzinfo=UTC), datetime(2024, 12, 31, 20, tzinfo=UTC)]
        )
        return (
            edge + timedelta(hours=self.random.randrange(8))
            if edge
            else BEGIN + timedelta(hours=self.random.randrange(HOURS))
        )

    def later(self, since: datetime) -> datetime:
        """Some time after, to the second: minutes, hours or months."""
        return since + timedelta(seconds=int(self.random.choice([3e3, 2e5, 4e6]) * self.random.random()))

    def make_item(self, number: int) -> ContentItem:
        """An item in a random state."""
        random = self.random
        canonical = f"https://{number}.example.org/"
        verdict = random.choice([*Verdict.values, Verdict.ILLEGAL, Verdict.ILLEGAL, ""])
        state, outcome = ItemState.UNASSESSED, ""
        if verdict == Verdict.ILLEGAL:
            state = random.choice([ItemState.ASSESSED, ItemState.ACTIONED, ItemState.ENDED, ItemState.ENDED])
            if state == ItemState.ENDED:
                outcome = random.choice([Outcome.REFERRED, Outcome.REMOVED, Outcome.UNAVAILABLE, Outcome.MOVED])
        elif verdict:
            state, outcome = ItemState.ENDED, Outcome(verdict)
        host = random.choice(COUNTRIES).lower() or "somewhere"
        item = ContentItem.objects.create(
            kind=random.choice([LocationKind.URL] * 5 + [LocationKind.ONION, LocationKind.APP]),
            canonical=canonical,
            digest=sha256(canonical.encode()).digest(),
            host=random.choice([f"{host}.example.org", "unknown.example.org"]),
            host_override=random.choice(["", "", "nl.example.org"]),
            site_type=random.choice([SiteType.FORUM, SiteType.IMAGE_HOST]),
            state=state,
            verdict=verdict,
            outcome=outcome,
            first_reported_at=self.moment(),
        )
        return item

    def make_report(self, items: list[ContentItem]) -> Report:
        """A report in a random state with one to three of the items."""
        random = self.random
        state = random.choice([*ReportState.values, ReportState.CLOSED, ReportState.CLOSED, ReportState.ANONYMISED])
        ended_as = (
            random.choice([*CLOSED_WITHOUT_ASSESSMENT, ReportState.CLOSED]) if state == ReportState.ANONYMISED else ""
        )
        is_closed = ReportState.CLOSED in {state, ended_as}
        received = self.moment()
        report = Report.objects.create(
            channel=random.choice(SOME_CHANNELS),
            category=random.choice(SOME_CATEGORIES),
            language="sr",
            state=state,
            anonymised_from=ended_as,
            outcome=random.choice(Outcome.values) if is_closed else "",
            closed_at=received if is_closed else None,
            received_at=received,
            receipt_digest=secrets.token_bytes(32),
            reporter_salt=secrets.token_bytes(16),
            reporter_public_key=b"",
            state_digest=secrets.token_bytes(32),
        )
        for position, item in enumerate(random.sample(items, min(len(items), random.randint(1, 3)))):
            ReportItem.objects.create(report=report, item=item, position=position)
            self.work_on(item, report)
        for _ in range(random.choice([0, 1, 1, 2])):
            audit_log.record(action="report.claimed", subject=report, actor=self.first, now=self.later(received))
            audit_log.record(action="report.state", subject=report, actor=self.first, now=received)
        return report

    def work_on(self, item: ContentItem, report: Report) -> None:
        """Assess an item and hand it over, according to its state."""
        if item.verdict != Verdict.ILLEGAL or item.assessments.exists():
            return
        random = self.random
        classification = random.choice(["baseline_csam", "national_csam", "hate_speech"])
        first = None
        for round_, author in (("first", self.first), ("second", self.second)):
            answers = {
                "classification": classification,
                "age": random.choice(["infant", "pubescent"]),
                "gender": random.choice(["female", "male", "both"]),
            }
            first = Assessment.objects.create(
                item=item,
                report=report,
                author=author,
                question_set=self.questions,
                round=round_,
                answers=answers,
                verdict=Verdict.ILLEGAL,
                agreed=agreement_with(first, answers, Verdict.ILLEGAL) if first else None,
                created_at=self.later(item.first_reported_at),
            )
        if item.state == ItemState.ASSESSED:
            return
        for kind in random.sample(SOME_ACTIONS, 3):
            Action.objects.create(
                item=item, report=report, author=self.first, kind=kind, done_at=self.later(item.first_reported_at)
            )
        sent = self.later(item.first_reported_at)
        for country, state in (
            (random.choice(COUNTRIES), "sent"),
            ("DE", random.choice(["failed", "withdrawn", "sent"])),
        ):
            sent += timedelta(hours=1)
            Referral.objects.create(
                item=item,
                report=report,
                author=self.first,
                route="host",
                state=state,
                problem="x",
                country=country,
                created_at=sent,
                ended_at=sent,
            )
        if item.outcome in {Outcome.REMOVED, Outcome.UNAVAILABLE} and random.random() < 0.6:
            gone = self.later(sent)
            AvailabilityCheck.objects.create(
                item=item, began_at=sent, unavailable_since=gone, ended_at=gone, outcome=item.outcome
            )


@pytest.fixture
def world(request: pytest.FixtureRequest, db: None) -> World:
    """An empty hotline with two analysts; its seed is the parameter of the test, or 1."""
    return make_world(getattr(request, "param", 1))


def make_world(seed: int) -> World:
    """As `world`."""
    return World(
        Random(seed),
        make_user("first", "analyst"),
        make_user("second", "analyst"),
        QuestionSet.objects.get(active=True),
    )
