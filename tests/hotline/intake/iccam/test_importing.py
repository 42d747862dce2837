"""Content that partners assign to the hotline: imported once, handled like other content, and reported back."""

import json
from datetime import timedelta

import pytest
from pytest_django import Settings

from clicksafely.accounts.models import User
from clicksafely.common.crypto import sealing
from clicksafely.common.models import AuditEvent
from clicksafely.devserver.mock_services.iccam import IccamServer
from hotline.intake.iccam.services import import_assigned
from hotline.lifecycle.transitions import move_item
from hotline.models import ContentItem, Host, IccamContent, IccamHealth, IccamReport, Referral, Report, SealedText
from hotline.referral import services
from hotline.referral.iccam.sync import sync_due_reports
from hotline.referral.routing import used_routes
from hotline.review.assessments import record_actions
from hotline.review.claims import claim_case
from hotline.review.close_without_assessment import confirm_closing, propose_closing
from hotline.review.referral_services import refer
from hotline.review.sealed_content import open_report_text
from hotline.states import ItemState, Outcome
from hotline.triage.services import triage_report
from tests.factories.openings import open_and_assess, open_everything
from tests.hotline.referral.iccam.cases import NATIONAL, due_case, put_host
from tests.hotline.referral.iccam.conftest import little_patience
from tests.hotline.review.conftest import NOT_ILLEGAL, NOW, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hosted")]
ADDRESS = "https://slike.example.org/a/7.jpg"
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def hosted(db: None) -> None:
    put_host("slike.example.org", "RS")


@pytest.fixture
def people(analyst: User) -> tuple[User, User]:
    """Two analysts, whose opinions decide."""
    return analyst, make_user("second", "analyst")


def import_one() -> Report:
    """The case that an import makes, triaged."""
    assert import_assigned(now=NOW) == 1
    report = Report.objects.latest("pk")
    triage_report(report_id=report.pk, now=NOW)
    report.refresh_from_db()
    return report


def decide(report: Report, answers: dict[str, str], *people: User) -> ContentItem:
    """As many opinions as people, in their order."""
    for person in people:
        claim_case(report_id=report.pk, actor=person, now=NOW)
        open_report_text(report=report, actor=person, now=NOW)
        open_and_assess(report=report, item=report.items.get(), actor=person, answers=answers, now=NOW)
    return report.items.get()


def sync(now: object = LATER) -> int:
    return sync_due_reports(now=now, seconds=300)  # type: ignore[arg-type]


def actions_of(iccam: IccamServer, address: str = ADDRESS) -> list[int]:
    return [action["actionType"] for action in iccam.content_of(address)["actions"]]


def test_assigned_content_becomes_a_report(iccam: IccamServer) -> None:
    content_id = iccam.partner_reports(ADDRESS, classification=2, memo="Seen in a chat, series of 9.\x00")
    report = import_one()
    assert (report.channel, report.category, report.language, report.state) == ("iccam", "csam", "en", "triaged")
    assert report.received_at == NOW.replace(minute=0)
    assert report.items.get().canonical == ADDRESS
    text = SealedText.objects.get(report=report, field="words")
    words = json.loads(
        sealing.open_sealed(
            bytes(text.sealed), ring="hotline", table="hotline_sealedtext", field="words", row=text.uuid
        )
    )
    assert (words["what"], words["addresses_as_typed"]) == ("Seen in a chat, series of 9.", ADDRESS)
    iccam_content = IccamContent.objects.get()
    assert (iccam_content.content_id, iccam_content.assigned_country, iccam_content.classification) == (
        content_id,
        "RS",
        2,
    )
    assert iccam_content.partner_answers == {"classification": 2, "ageCategorization": 3, "genderCategorization": 2}
    assert (iccam_content.iccam_report.origin, iccam_content.iccam_report.report) == ("partner", report)
    event = AuditEvent.objects.get(action="iccam.imported")
    assert (event.subject_id, event.data["content"]) == (report.pk, content_id)
    assert IccamHealth.objects.get().last_success == NOW
    assert import_assigned(now=LATER) == 0
    assert (Report.objects.count(), IccamReport.objects.count()) == (1, 1)


def test_own_reports_are_not_imported(iccam: IccamServer, analyst: User) -> None:
    """The response was lost, so its id is unknown at first. Later it is known, and the content is still pending."""
    due_case("https://album.example.org/a/7.jpg", actor=analyst)
    iccam.fail("POST rest/reports", "nothing", is_executed=True)
    assert sync(NOW) == 0
    assert import_assigned(now=NOW) == 0
    iccam.fail("PUT rest/content", "nothing")
    assert sync(LATER) == 0
    assert import_assigned(now=LATER) == 0
    assert Report.objects.filter(channel="iccam").count() == 0


@pytest.mark.parametrize("address", ["not an address at all", "x" * 7000, "\ud800"])
def test_unreadable_address_becomes_a_description(iccam: IccamServer, address: str) -> None:
    iccam.partner_reports(address)
    report = import_one()
    assert report.items.get().kind == "described"


def test_an_unreadable_entry_does_not_stop_the_others(iccam: IccamServer) -> None:
    broken = iccam.partner_reports("https://slike.example.org/b")
    iccam.contents[broken]["reportId"] = "seven"
    iccam.partner_reports(ADDRESS)
    assert import_assigned(now=NOW) == 1
    assert IccamHealth.objects.get().problem == "iccam_unreadable"
    iccam.contents[broken]["reportId"] = 7
    assert import_assigned(now=LATER) == 1
    assert IccamHealth.objects.get().problem == ""


@pytest.mark.parametrize("what", ["html", "other", 404])
def test_nor_does_a_content_that_cannot_be_had(iccam: IccamServer, what: int | str) -> None:
    first = iccam.partner_reports("https://slike.example.org/b")
    iccam.partner_reports(ADDRESS)
    iccam.fail(f"GET rest/content/{first}", what)
    assert import_assigned(now=NOW) == 1
    assert IccamHealth.objects.get().failing_since == NOW
    assert import_assigned(now=LATER) == 1


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        (429, "iccam_busy"),
        (500, "iccam_broken"),
        ("other", "iccam_unreadable"),
        ("large", "iccam_unreadable"),
        ("hang", "iccam_unreachable"),
    ],
)
def test_a_failure_of_iccam_is_recorded_and_retried(iccam: IccamServer, what: int | str, problem: str) -> None:
    iccam.partner_reports(ADDRESS)
    iccam.fail("GET rest/content", what)
    with little_patience(what):
        assert import_assigned(now=NOW) == 0
    health = IccamHealth.objects.get()
    assert (health.problem, health.failing_since) == (problem, NOW)
    assert import_assigned(now=LATER) == 1


def test_no_request_without_settings(settings: Settings) -> None:
    settings.ICCAM_URL = ""
    assert import_assigned(now=NOW) == 0
    settings.ICCAM_URL = "https://:word@127.0.0.1:9/"
    assert import_assigned(now=NOW) == 0


def test_the_partner_gets_the_assessment_the_actions_and_the_end(iccam: IccamServer, people: tuple[User, User]) -> None:
    iccam.partner_reports(ADDRESS)
    report = import_one()
    decide(report, NATIONAL, people[0])
    # Nothing is sent before the second opinion.
    assert sync() == 0
    item = decide(report, NATIONAL, people[1])
    assert sync() == 1
    assert [assessment["classification"] for assessment in iccam.content_of(ADDRESS)["assessments"]] == [2]
    # To the police and to the host.
    report = claim_case(report_id=report.pk, actor=people[1], now=NOW)
    refer(report=report, item=item, actor=people[1], routes=["police", "host"], now=NOW, unsure=True)
    for referral in Referral.objects.exclude(state="held"):
        services.mark_sent(referral=referral, now=NOW)
    assert sync() == 1
    assert actions_of(iccam) == [1]
    # Monitoring finds it removed.
    item.refresh_from_db()
    report.refresh_from_db()
    Referral.objects.filter(state="held").update(state="sent", ended_at=NOW, due_at=None)
    item.actions.create(report=report, author=people[0], kind="host", done_at=NOW)
    move_item(item=item, report=report, to=ItemState.ENDED, actor=None, now=NOW, outcome=Outcome.REMOVED)
    assert sync() == 1
    assert actions_of(iccam) == [1, 2, 3]
    assert IccamContent.objects.get().ended_at == LATER
    calls = len(iccam.calls)
    assert sync(LATER + timedelta(minutes=5)) == 0
    assert len(iccam.calls) == calls


@pytest.mark.parametrize("heard", [True, False])
def test_an_action_with_a_lost_response_is_recorded_once(
    iccam: IccamServer, people: tuple[User, User], heard: bool
) -> None:
    iccam.partner_reports(ADDRESS)
    report = import_one()
    item = decide(report, NATIONAL, *people)
    report = claim_case(report_id=report.pk, actor=people[1], now=NOW)
    record_actions(report=report, item=item, actor=people[1], kinds=["police", "removed"], now=NOW)
    iccam.fail("POST rest/content", "nothing", is_executed=heard)
    assert sync() == 0
    row = IccamReport.objects.get()
    assert (row.error, row.attempts) == ("iccam_unreachable", 1)
    assert sync(row.due_at) == 1
    assert actions_of(iccam) == [1, 3]


@pytest.mark.parametrize(("outcome", "action"), [(Outcome.REMOVED, 3), (Outcome.UNAVAILABLE, 4), (Outcome.MOVED, 0)])
def test_outcome_of_availability_checks_is_sent_to_iccam(
    iccam: IccamServer, people: tuple[User, User], outcome: Outcome, action: int
) -> None:
    iccam.partner_reports(ADDRESS)
    report = import_one()
    item = decide(report, NATIONAL, *people)
    for state, columns in ((ItemState.ACTIONED, {}), (ItemState.ENDED, {"outcome": outcome})):
        move_item(item=item, report=report, to=state, actor=None, now=NOW, **columns)
    assert sync() == 1
    assert actions_of(iccam) == [action]


def test_not_illegal_is_an_assessment_and_an_action(iccam: IccamServer, people: tuple[User, User]) -> None:
    iccam.partner_reports(ADDRESS)
    decide(import_one(), NOT_ILLEGAL, *people)
    assert sync() == 1
    assert iccam.content_of(ADDRESS)["assessments"][-1]["classification"] == 4
    assert actions_of(iccam) == [6]


def test_case_closed_without_assessment_is_sent_to_iccam(iccam: IccamServer, people: tuple[User, User]) -> None:
    iccam.partner_reports(ADDRESS)
    report = import_one()
    for person in people:
        claim_case(report_id=report.pk, actor=person, now=NOW)
        open_everything(report, by=person, now=NOW)
        if person == people[0]:
            propose_closing(report_id=report.pk, end="outside_remit", actor=person, now=NOW)
    confirm_closing(report_id=report.pk, actor=people[1], now=NOW)
    assert sync() == 1
    assert actions_of(iccam) == [6]
    assert sync(LATER + timedelta(minutes=5)) == 0


def test_baseline_stays_and_the_action_is_sent(iccam: IccamServer, people: tuple[User, User]) -> None:
    iccam.partner_reports(ADDRESS, classification=1)
    decide(import_one(), NOT_ILLEGAL, *people)
    assert sync() == 1
    assert [assessment["classification"] for assessment in iccam.content_of(ADDRESS)["assessments"]] == [1]
    assert actions_of(iccam) == [6]
    assert IccamContent.objects.get().blocked_by == "baseline_final"


def test_a_partner_that_acts_at_the_same_moment_is_no_failure(iccam: IccamServer, people: tuple[User, User]) -> None:
    iccam.partner_reports(ADDRESS)
    decide(import_one(), NOT_ILLEGAL, *people)
    iccam.fail("PUT rest/content", 409, is_executed=True)
    assert sync() == 1
    assert (len(iccam.content_of(ADDRESS)["assessments"]), actions_of(iccam)) == (1, [6])


def test_moved_content_is_reassigned_to_its_country(iccam: IccamServer, people: tuple[User, User]) -> None:
    """No second report: the content that the partner knows goes to the third country, with its new host."""
    content_id = iccam.partner_reports(ADDRESS)
    report = import_one()
    put_host("slike.example.org", "NL", "192.0.2.9")
    item = decide(report, NATIONAL, *people)
    report = claim_case(report_id=report.pk, actor=people[1], now=NOW)
    (referral,) = refer(report=report, item=item, actor=people[1], routes=["iccam"], now=NOW, unsure=True)
    assert sync() == 1
    content = iccam.contents[content_id]
    assert (content["assignedCountryCode"], content["url"]["hostingIpAddress"]) == ("NL", "192.0.2.9")
    assert content["url"]["hostingCountryCode"] == "NL"
    assert [assessment["classification"] for assessment in content["assessments"]] == [2]
    assert len(iccam.contents) == 1
    referral.refresh_from_db()
    assert referral.state == "sent"
    iccam_content = IccamContent.objects.get()
    assert (iccam_content.assigned_country, iccam_content.ended_at) == ("NL", LATER)
    # From now on the other hotline is responsible.
    item.refresh_from_db()
    report.refresh_from_db()
    move_item(item=item, report=report, to=ItemState.ENDED, actor=None, now=LATER, outcome=Outcome.REMOVED)
    assert sync(LATER + timedelta(hours=1)) == 0
    assert actions_of(iccam) == []


def test_reassigned_content_is_decided_again(iccam: IccamServer, analyst: User) -> None:
    (referral,) = due_case("https://album.example.org/a/7.jpg", actor=analyst)
    assert sync() == 1
    assert import_assigned(now=LATER) == 0
    content = iccam.content_of("https://album.example.org/a/7.jpg")
    content["assignedCountryCode"] = "RS"
    assert import_assigned(now=LATER) == 0
    referral.item.refresh_from_db()
    referral.report.refresh_from_db()
    assert (referral.item.state, referral.report.state) == ("assessed", "action_pending")
    assert IccamContent.objects.get().assigned_country == "RS"
    assert AuditEvent.objects.filter(action="iccam.reassigned", subject_id=referral.report_id).count() == 1
    # All routes are allowed again, also over ICCAM to the new hosting country.
    assert used_routes(referral.item) == set()
    assert Host.objects.get(name="album.example.org").next_lookup_at is not None
    put_host("album.example.org", "FR")
    case = claim_case(report_id=referral.report_id, actor=analyst, now=LATER)
    refer(report=case, item=referral.item, actor=analyst, routes=["iccam"], now=LATER, unsure=True)
    assert sync(LATER + timedelta(minutes=2)) == 1
    assert (content["assignedCountryCode"], len(iccam.contents)) == ("FR", 1)


def test_failed_answer_to_iccam_is_shown(iccam: IccamServer, people: tuple[User, User]) -> None:
    iccam.partner_reports(ADDRESS)
    decide(import_one(), NOT_ILLEGAL, *people)
    iccam.fail("POST rest/content", 400)
    assert sync() == 0
    row = IccamReport.objects.get()
    assert (row.error, row.given_up_at, row.due_at) == ("iccam_refused", LATER, None)
    assert sync(LATER + timedelta(minutes=5)) == 0
