"""Every ending of a report follows from its trail."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from itertools import count

import pytest
import time_machine
from django.utils.translation import override

from clicksafely.accounts.models import User
from clicksafely.common.serbian.transliteration import to_latin
from hotline.categories import CSAM
from hotline.intake import endings, selectors, status_messages
from hotline.intake.api.partner_services import make_key
from hotline.intake.api.selectors import report_status
from hotline.intake.endings import ENDINGS
from hotline.intake.status_messages import StatusMessage
from hotline.models import ActionKind, Channel, PartnerReport, Report
from hotline.review import claims
from hotline.review.assessments import record_actions
from hotline.review.close_without_assessment import close_report, close_reports, confirm_closing, propose_closing
from hotline.review.openings import open_addresses
from hotline.review.reopen_services import reopen_case
from hotline.states import ReportState
from hotline.triage.services import triage_report
from tests.factories.hotline import ReportFactory
from tests.factories.openings import open_everything
from tests.hotline.intake.api.program import make_partner
from tests.hotline.intake.journey import Reporter, html
from tests.hotline.intake.test_known_addresses import DAY, FIRST, HOUR, Analysts

pytestmark = pytest.mark.django_db

# Long after every end.
LATER = FIRST + 60 * DAY
serial = count(1)

Build = Callable[["Scene"], Report]


class Scene(Analysts):
    """Two analysts, who bring reports to their ends through the services."""

    def send(self, addresses: str | None = None, **columns: object) -> Report:
        """Send and triage a report, of content of its own unless `addresses` are given."""
        if addresses is None:
            addresses = f"https://forum.example.org/t/{next(serial)}"
        report: Report = ReportFactory(addresses=addresses, received_at=FIRST, **columns)
        assert triage_report(report_id=report.pk, now=FIRST + timedelta(minutes=1))
        return report

    def hold(self, report: Report, actor: User, at: datetime = FIRST + HOUR) -> None:
        """Take the case and open everything in it."""
        claims.claim_case(report_id=report.pk, actor=actor, now=at)
        open_everything(report, by=actor, now=at)

    def close(self, state: str, report: Report | None = None, *, is_opened: bool, original: str = "") -> Report:
        """Close a report without assessment, opened or not. No service closes an unopened duplicate any more."""
        report, now = report or self.send(), FIRST + 2 * HOUR
        if is_opened:
            self.hold(report, self.analyst)
            close_report(report_id=report.pk, state=state, actor=self.analyst, now=now, original=original)
            return report
        unread = ReportState.SPAM if state == ReportState.DUPLICATE else state
        assert close_reports(report_ids=[report.pk], state=unread, actor=self.analyst, now=now).done == [report.pk]
        if state == ReportState.DUPLICATE:
            number = int(original.rpartition("-")[2])
            Report.objects.filter(pk=report.pk).update(state=state, original=number)
        return report

    def close_after_opening_its_address(self, state: str) -> Report:
        """Take a report, open its address, release it, and close it together with others."""
        report = self.send()
        claimed = claims.claim_case(report_id=report.pk, actor=self.analyst, now=FIRST + HOUR)
        open_addresses(report=report, items=report.items.all(), actor=self.analyst, now=FIRST + HOUR)
        claims.release_case(report=claimed, actor=self.analyst, now=FIRST + HOUR)
        return self.close(state, report, is_opened=False)

    def close_by_two(self, state: str, original: str = "") -> Report:
        """Close a report about sexual abuse without assessment."""
        report = self.send(category=CSAM.code)
        self.hold(report, self.analyst)
        propose_closing(report_id=report.pk, end=state, actor=self.analyst, now=FIRST + HOUR, original=original)
        self.hold(report, self.colleague, FIRST + 2 * HOUR)
        confirm_closing(report_id=report.pk, actor=self.colleague, now=FIRST + 2 * HOUR)
        return report

    def end(self, way: str, report: Report | None = None) -> Report:
        """Bring a report to an end by assessment."""
        report = report or self.send()
        getattr(self, way)(report)
        return report

    def act(self, *kinds: ActionKind) -> Report:
        """Assess a report as illegal and record actions about its content."""
        report = self.end("illegal")
        self.hold(report, self.analyst, FIRST + 3 * HOUR)
        item, now = report.items.get(), FIRST + 3 * HOUR
        record_actions(report=report, item=item, actor=self.analyst, kinds=kinds, now=now, confirmed=True)
        return report

    def repeat(self, original: Report, addresses: str | None = None, *, is_opened: bool = True) -> Report:
        """A report that is closed as a duplicate of `original`, by its number."""
        report = self.send(addresses)
        if not report.queue:
            Report.objects.filter(pk=report.pk).update(state=ReportState.TRIAGED, queue="review")
        return self.close(ReportState.DUPLICATE, report, is_opened=is_opened, original=original.reference)

    def without_original(self, *, is_opened: bool) -> Report:
        """A duplicate of an earlier version, which named no original."""
        report = self.repeat(self.send(), is_opened=is_opened)
        Report.objects.filter(pk=report.pk).update(original=None)
        return report

    def of_known(self, way: str) -> Report:
        """A duplicate whose content the case of its original decided before."""
        address = f"https://forum.example.org/t/{next(serial)}"
        original = self.end(way, self.send(address))
        return self.repeat(original, address)


SCENES: dict[str, tuple[Build, StatusMessage]] = {
    "partner": (lambda scene: scene.act(ActionKind.PARTNER), status_messages.PARTNER),
    "host": (lambda scene: scene.act(ActionKind.HOST), status_messages.HOST),
    "police and host": (lambda scene: scene.act(ActionKind.POLICE, ActionKind.HOST), endings.ACTED),
    "removed": (lambda scene: scene.act(ActionKind.REMOVED), endings.REMOVED),
    "unavailable": (lambda scene: scene.act(ActionKind.UNAVAILABLE), endings.UNAVAILABLE),
    "moved": (lambda scene: scene.act(ActionKind.MOVED), endings.MOVED),
    "not illegal": (lambda scene: scene.end("not_illegal"), endings.NOT_ILLEGAL),
    "assessed outside remit": (lambda scene: scene.end("outside_remit"), endings.OUTSIDE_REMIT),
    "assessed as not found": (lambda scene: scene.end("cannot_assess"), endings.CANNOT_ASSESS),
    "spam, opened": (lambda scene: scene.close("spam", is_opened=True), endings.NOT_PURSUED),
    "spam, unopened": (lambda scene: scene.close("spam", is_opened=False), endings.CLOSED_UNOPENED),
    "spam, its address opened": (lambda scene: scene.close_after_opening_its_address("spam"), endings.NOT_PURSUED),
    "feed, not assessed": (
        lambda scene: scene.close("not_assessed", scene.send(channel=Channel.API), is_opened=False),
        endings.CLOSED_UNOPENED,
    ),
    "outside remit, opened": (lambda scene: scene.close("outside_remit", is_opened=True), endings.OUTSIDE_REMIT),
    "not found, opened": (lambda scene: scene.close("cannot_assess", is_opened=True), endings.CANNOT_ASSESS),
    "duplicate of content not illegal": (lambda scene: scene.of_known("not_illegal"), endings.NOT_ILLEGAL),
    "duplicate of content with the police": (lambda scene: scene.of_known("reported_to_police"), endings.ACTED),
    "duplicate by number of removed": (lambda scene: scene.repeat(scene.act(ActionKind.REMOVED)), endings.REMOVED),
    "duplicate by number of host": (lambda scene: scene.repeat(scene.act(ActionKind.HOST)), status_messages.HOST),
    "duplicate by number of unopened spam": (
        lambda scene: scene.repeat(scene.close("spam", is_opened=False), is_opened=False),
        endings.CLOSED_UNOPENED,
    ),
    "opened duplicate by number of unopened spam": (
        lambda scene: scene.repeat(scene.close("spam", is_opened=False)),
        endings.NOT_PURSUED,
    ),
    "duplicate by two of not illegal": (
        lambda scene: scene.close_by_two("duplicate", scene.end("not_illegal").reference),
        endings.NOT_ILLEGAL,
    ),
    "earlier duplicate, unopened": (lambda scene: scene.without_original(is_opened=False), endings.CLOSED_UNOPENED),
    "earlier duplicate, opened": (lambda scene: scene.without_original(is_opened=True), endings.CLOSED_UNASSESSED),
}


@pytest.fixture
def scene() -> Scene:
    return Scene()


def latest(report: Report, now: datetime = LATER) -> selectors.ReporterEvent:
    report.refresh_from_db()
    return selectors.reporter_events(report, now)[0]


@pytest.mark.parametrize("name", SCENES)
def test_each_ending_follows_from_the_audit_trail(scene: Scene, name: str) -> None:
    build, expected = SCENES[name]
    report = build(scene)
    event = latest(report)
    assert event.is_end
    assert event.phrase.claims == expected.claims


@pytest.mark.parametrize(
    ("name", "language", "is_child"),
    [("removed", "en", True), ("not illegal", "sr-latn", False), ("duplicate by two of not illegal", "sr", False)],
)
def test_the_page_shows_the_ending_with_help_lines(scene: Scene, name: str, language: str, is_child: bool) -> None:
    build, expected = SCENES[name]
    report = build(scene)
    Report.objects.filter(pk=report.pk).update(in_child_words=is_child)
    with time_machine.travel(LATER, tick=False):
        page = unescape(html(Reporter(language).open(report.receipt)))
    entry = page[page.index('<ol class="timeline"') :].partition("</li>\n")[0]
    with override("en" if language == "en" else "sr"):
        expected_text = str(expected.child_text if is_child else expected.text)
    assert (to_latin(expected_text) if language == "sr-latn" else expected_text) in entry
    assert 'href="tel:192"' in entry
    assert 'href="tel:116111"' in entry


def test_the_scenes_reach_every_ending_that_the_services_make() -> None:
    reached = {expected for _build, expected in SCENES.values()}
    assert reached == set(ENDINGS) - {endings.CLOSED}


class TestOpenOriginal:
    def test_its_duplicate_ends_with_it(self, scene: Scene) -> None:
        original = scene.send()
        report = scene.repeat(original)
        assert latest(report).phrase == status_messages.WORKED_ON
        scene.hold(original, scene.analyst, FIRST + 3 * HOUR)
        assert latest(report).phrase == status_messages.WORKED_ON
        scene.not_illegal(original)
        assert latest(report).phrase == endings.NOT_ILLEGAL

    def test_an_end_stays_when_the_original_is_opened_again(self, scene: Scene) -> None:
        original = scene.end("not_illegal")
        report = scene.repeat(original)
        reopen_case(report_id=original.pk, actor=scene.analyst, reason="mistake", now=FIRST + 5 * DAY)
        assert latest(report).phrase == endings.NOT_ILLEGAL


def texts_for_a_partner(report: Report) -> list[str]:
    partner = make_partner()
    make_key(partner=partner, label="x", actor=None, now=FIRST)
    sent = PartnerReport.objects.create(report=report, partner=partner, key=partner.keys.get())
    return [event["text"] for event in report_status(sent, LATER)["told"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [({}, False), ({"category": CSAM.code}, True), ({"danger_now": True}, True), ({"in_child_words": True}, True)],
)
def test_a_partner_gets_the_numbers_in_the_newest_text(
    scene: Scene, columns: dict[str, object], expected: bool
) -> None:
    newest = texts_for_a_partner(scene.send(**columns))[0]
    assert ("192" in newest, "116111" in newest) == (expected, expected)


def test_a_partner_gets_the_help_lines_of_an_ending(scene: Scene) -> None:
    report = scene.end("not_illegal")
    report.refresh_from_db()
    newest, earlier, *_rest = texts_for_a_partner(report)
    assert ("116111" in newest, "116111" in earlier) == (True, False)
