"""Every ending of a report: what its text states, in both wordings and three languages, is what the trail proves."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from itertools import count

import pytest
import time_machine
from django.utils.translation import override

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from clicksafely.common.serbian.transliteration import to_latin
from hotline.categories import CSAM
from hotline.intake import endings, selectors, status_messages
from hotline.intake.api.partner_services import make_key
from hotline.intake.api.selectors import report_status
from hotline.intake.endings import ENDINGS
from hotline.intake.status_messages import STEPS, Claim, StatusMessage
from hotline.models import Action, ActionKind, Assessment, Channel, PartnerReport, Report
from hotline.review import claims
from hotline.review.assessments import record_actions
from hotline.review.close_without_assessment import close_report, close_reports, confirm_closing, propose_closing
from hotline.review.openings import open_addresses
from hotline.review.reopen_services import reopen_case
from hotline.states import CLOSED_WITHOUT_ASSESSMENT, ReportState
from hotline.triage.services import triage_report
from tests.factories.hotline import ReportFactory
from tests.factories.openings import open_everything
from tests.hotline.intake.api.program import make_partner
from tests.hotline.intake.journey import Reporter, html
from tests.hotline.intake.test_known_addresses import DAY, FIRST, HOUR, Analysts

pytestmark = pytest.mark.django_db

LANGUAGES = ("sr", "sr-latn", "en")
# Long after every end.
LATER = FIRST + 60 * DAY
serial = count(1)

Build = Callable[["Scene"], Report]
Opening = Callable[[Report, User, datetime], None]


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

    def close_claimed(self, state: str, opening: Opening | None = None) -> Report:
        """Take a report, open one part of it or none, release it, and close it together with others."""
        report = self.send()
        claimed = claims.claim_case(report_id=report.pk, actor=self.analyst, now=FIRST + HOUR)
        if opening:
            opening(report, self.analyst, FIRST + HOUR)
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
        record_actions(
            report=report,
            item=report.items.get(),
            actor=self.analyst,
            kinds=kinds,
            now=FIRST + 3 * HOUR,
            confirmed=True,
        )
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


def open_its_address(report: Report, actor: User, now: datetime) -> None:
    open_addresses(report=report, items=report.items.all(), actor=actor, now=now)


SCENES: dict[str, tuple[Build, StatusMessage]] = {
    "partner": (lambda scene: scene.act(ActionKind.PARTNER), status_messages.PARTNER),
    "host": (lambda scene: scene.act(ActionKind.HOST), status_messages.HOST),
    "police": (lambda scene: scene.act(ActionKind.POLICE), endings.ACTED),
    "police and host": (lambda scene: scene.act(ActionKind.POLICE, ActionKind.HOST), endings.ACTED),
    "help service": (lambda scene: scene.act(ActionKind.SIGNPOST), endings.ACTED),
    "removed": (lambda scene: scene.act(ActionKind.REMOVED), endings.REMOVED),
    "unavailable": (lambda scene: scene.act(ActionKind.UNAVAILABLE), endings.UNAVAILABLE),
    "moved": (lambda scene: scene.act(ActionKind.MOVED), endings.MOVED),
    "not illegal": (lambda scene: scene.end("not_illegal"), endings.NOT_ILLEGAL),
    "assessed outside remit": (lambda scene: scene.end("outside_remit"), endings.OUTSIDE_REMIT),
    "assessed as not found": (lambda scene: scene.end("cannot_assess"), endings.CANNOT_ASSESS),
    "spam, opened": (lambda scene: scene.close("spam", is_opened=True), endings.NOT_PURSUED),
    "spam, unopened": (lambda scene: scene.close("spam", is_opened=False), endings.CLOSED_UNOPENED),
    "spam, by two": (lambda scene: scene.close_by_two("spam"), endings.NOT_PURSUED),
    "spam, taken and unopened": (lambda scene: scene.close_claimed("spam"), endings.CLOSED_UNOPENED),
    "spam, its address opened": (lambda scene: scene.close_claimed("spam", open_its_address), endings.NOT_PURSUED),
    "outside remit, taken and unopened": (lambda scene: scene.close_claimed("outside_remit"), endings.CLOSED_UNOPENED),
    "feed, not assessed": (
        lambda scene: scene.close("not_assessed", scene.send(channel=Channel.API), is_opened=False),
        endings.CLOSED_UNOPENED,
    ),
    "outside remit, opened": (lambda scene: scene.close("outside_remit", is_opened=True), endings.OUTSIDE_REMIT),
    "outside remit, unopened": (lambda scene: scene.close("outside_remit", is_opened=False), endings.CLOSED_UNOPENED),
    "not found, opened": (lambda scene: scene.close("cannot_assess", is_opened=True), endings.CANNOT_ASSESS),
    "not found, unopened": (lambda scene: scene.close("cannot_assess", is_opened=False), endings.CLOSED_UNOPENED),
    "duplicate of content not illegal": (lambda scene: scene.of_known("not_illegal"), endings.NOT_ILLEGAL),
    "duplicate of content outside remit": (lambda scene: scene.of_known("outside_remit"), endings.OUTSIDE_REMIT),
    "duplicate of content with the police": (lambda scene: scene.of_known("reported_to_police"), endings.ACTED),
    "duplicate by number of not illegal": (
        lambda scene: scene.repeat(scene.end("not_illegal")),
        endings.NOT_ILLEGAL,
    ),
    "duplicate by number of removed": (lambda scene: scene.repeat(scene.act(ActionKind.REMOVED)), endings.REMOVED),
    "duplicate by number of host": (lambda scene: scene.repeat(scene.act(ActionKind.HOST)), status_messages.HOST),
    "duplicate by number of police": (lambda scene: scene.repeat(scene.act(ActionKind.POLICE)), endings.ACTED),
    "duplicate by number of spam": (
        lambda scene: scene.repeat(scene.close("spam", is_opened=True)),
        endings.NOT_PURSUED,
    ),
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


class Trail:
    """What the rows say about a report and the one that it repeats, read without the code of the status page."""

    def __init__(self, report: Report) -> None:
        self.reports = [report, *filter(None, [report.original])]
        events = AuditEvent.objects.filter(
            subject_table="hotline_report", subject_id__in=[each.pk for each in self.reports]
        )
        people = events.exclude(actor_id=None)
        self.was_opened = people.filter(
            action__in=["words.opened", "thread.opened", "address.opened", "upload.revealed", "report.entered"]
        ).exists()
        self.was_taken_up = people.filter(action="report.claimed").exists()
        self.was_reopened = people.filter(action="report.reopened").exists()
        self.states = {data["to"] for data in events.filter(action="report.state").values_list("data", flat=True)}
        items = [item for each in self.reports for item in each.items.all()]
        self.was_taken_up |= any(each.assessments.exists() for each in items)
        self.kinds = set(Action.objects.filter(item__in=items).values_list("kind", flat=True))
        self.verdicts = set(Assessment.objects.filter(item__in=items).values_list("verdict", flat=True))

    def proves(self, claim: Claim) -> bool:
        """Return whether the rows prove the claim."""
        referred = self.kinds & {"police", "host", "partner", "signpost"}
        return bool(
            {
                Claim.TAKEN_UP: self.was_taken_up,
                Claim.REOPENED: self.was_reopened,
                Claim.CLOSED: self.states & {"closed", *CLOSED_WITHOUT_ASSESSMENT},
                Claim.OPENED: self.was_opened,
                Claim.UNOPENED: not self.was_opened,
                Claim.EXAMINED: self.was_opened or self.verdicts,
                Claim.ASSESSED: self.verdicts,
                Claim.UNASSESSED: self.states & CLOSED_WITHOUT_ASSESSMENT and not self.verdicts,
                Claim.ACTED: referred,
                Claim.TO_PARTNER: referred == {"partner"},
                Claim.TO_HOST: referred == {"host"},
                Claim.REMOVED: "removed" in self.kinds,
                Claim.UNAVAILABLE: "unavailable" in self.kinds,
                Claim.MOVED: "moved" in self.kinds,
                Claim.NOT_ILLEGAL: self.verdicts == {"not_illegal"},
                Claim.OUTSIDE_REMIT: {"outside_remit"} & (self.states | self.verdicts),
                Claim.CANNOT_ASSESS: {"cannot_assess"} & (self.states | self.verdicts),
                Claim.SPAM: "spam" in self.states,
            }[claim]
        )


# Words that state a claim, in English and in Serbian.
STATED: dict[Claim, str] = {
    Claim.UNOPENED: r"has opened it|није отворио",
    Claim.UNASSESSED: r"without assess|без процене",
    Claim.ASSESSED: r"we assessed|проценили смо",
    Claim.ACTED: (
        r"took action|asked for its removal|asked them|have it removed\. ?$|reported it to the hotline|"
        r"поступили по|тражили да|да га уклоне"
    ),
    Claim.TO_PARTNER: r"hotline there|team there|тамошњој линији|људе који тамо",
    Claim.TO_HOST: r"we reported the content to the platform|we wrote to the app|смо пријавили платформи|писали смо апликацији",
    Claim.NOT_ILLEGAL: r"does not break the law|не крши закон|није противзаконито",
    Claim.OUTSIDE_REMIT: r"this is something else|ово је нешто друго",
    Claim.CANNOT_ASSESS: r"we could not find|нисмо успели",
    Claim.OPENED: r"it looked like|деловала као",
    Claim.EXAMINED: r"we could not find|this is something else|нисмо успели|ово је нешто друго",
    Claim.REMOVED: r"so we closed (?:the|your) report\. thank|па смо (?:пријаву|је) завршили",
    Claim.UNAVAILABLE: r"when we checked|када смо проверили",
    Claim.MOVED: r"it moved|премештен",
    Claim.SPAM: r"advertising or a test|реклама или проба",
    Claim.TAKEN_UP: r"we are working|радимо на ономе",
    Claim.REOPENED: r"open again|поново отворена",
}
# No text says these, because no trail proves them.
NEVER_STATED = re.compile(
    r"carefully|we have checked|we read your|we have read|an analyst is working|your report helped|"
    r"пажљиво|погледали|прочитали смо|проверили смо твоју|проверили смо вашу|аналитичар ради|помогла",
    re.IGNORECASE,
)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def latest(report: Report, now: datetime = LATER) -> selectors.ReporterEvent:
    report.refresh_from_db()
    return selectors.reporter_events(report, now)[0]


@pytest.mark.parametrize("name", SCENES)
def test_each_ending_is_proved_by_the_audit_trail(scene: Scene, name: str) -> None:
    build, expected = SCENES[name]
    report = build(scene)
    event = latest(report)
    assert event.is_end
    assert event.phrase.claims == expected.claims
    trail = Trail(report)
    for each in selectors.reporter_events(report, LATER):
        assert [claim for claim in each.phrase.claims if not trail.proves(claim)] == []
    for is_child in (False, True):
        Report.objects.filter(pk=report.pk).update(in_child_words=is_child)
        for language in LANGUAGES:
            with time_machine.travel(LATER, tick=False):
                page = unescape(html(Reporter(language).open(report.receipt)))
            entry = page[page.index('<ol class="timeline"') :].partition("</li>\n")[0]
            with override("en" if language == "en" else "sr"):
                expected_text = str(expected.child_text if is_child else expected.text)
            assert (to_latin(expected_text) if language == "sr-latn" else expected_text) in entry
            if is_child or report.category == CSAM.code or expected.needs_help_lines:
                assert 'href="tel:192"' in entry
                assert 'href="tel:116111"' in entry


def test_the_scenes_reach_every_ending_that_the_services_make() -> None:
    reached = {expected for _build, expected in SCENES.values()}
    assert reached == set(ENDINGS) - {endings.CLOSED}
    assert endings.CLOSED.claims == {Claim.CLOSED}


@pytest.mark.parametrize("message", [*dict.fromkeys([*ENDINGS, *STEPS])], ids=lambda message: str(message.title))
def test_texts_declare_their_claims(message: StatusMessage) -> None:
    for language in ("en", "sr"):
        with override(language):
            for text in (str(message.text), str(message.child_text)):
                stated = {claim for claim, words in STATED.items() if re.search(words, text, re.IGNORECASE)}
                assert stated <= message.claims, (language, text)
                assert not NEVER_STATED.search(text)


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


def test_closing_a_case_together_with_others_is_no_work_on_it(scene: Scene) -> None:
    report = scene.close("spam", is_opened=False)
    report.refresh_from_db()
    phrases = [event.phrase for event in selectors.reporter_events(report, LATER)]
    assert phrases == [endings.CLOSED_UNOPENED, status_messages.WAITING]


def test_an_opening_after_the_end_does_not_change_the_ending(scene: Scene) -> None:
    report = scene.close("spam", is_opened=False)
    reopen_case(report_id=report.pk, actor=scene.colleague, reason="new_facts", now=FIRST + 3 * DAY)
    scene.hold(report, scene.colleague, FIRST + 3 * DAY)
    report.refresh_from_db()
    phrases = [event.phrase for event in selectors.reporter_events(report, LATER)]
    assert endings.CLOSED_UNOPENED in phrases
    assert endings.NOT_PURSUED not in phrases


@pytest.mark.parametrize(
    ("columns", "expected"),
    [({}, False), ({"category": CSAM.code}, True), ({"danger_now": True}, True), ({"in_child_words": True}, True)],
)
def test_a_partner_gets_the_numbers_in_the_newest_text(
    scene: Scene, columns: dict[str, object], expected: bool
) -> None:
    partner = make_partner()
    make_key(partner=partner, label="x", actor=None, now=FIRST)
    sent = PartnerReport.objects.create(report=scene.send(**columns), partner=partner, key=partner.keys.get())
    with override("en"):
        events = report_status(sent, LATER)["told"]
    assert ("Police: 192." in events[0]["text"]) == expected  # type: ignore[index]
    assert ("116111" in events[0]["text"]) == expected  # type: ignore[index]


def test_a_partner_gets_the_help_lines_of_an_ending(scene: Scene) -> None:
    partner = make_partner()
    make_key(partner=partner, label="x", actor=None, now=FIRST)
    report = scene.end("not_illegal")
    report.refresh_from_db()
    sent = PartnerReport.objects.create(report=report, partner=partner, key=partner.keys.get())
    with override("en"):
        events = report_status(sent, LATER)["told"]
    assert "116111" in events[0]["text"]  # type: ignore[index]
    assert "116111" not in events[1]["text"]  # type: ignore[index]


def test_the_trail_of_other_reports_proves_nothing(scene: Scene) -> None:
    scene.close("spam", is_opened=True)
    assert latest(scene.close("spam", is_opened=False)).phrase == endings.CLOSED_UNOPENED
