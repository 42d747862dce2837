"""Tests of referrals to partner hotlines, over the real protocol."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import groupby
from threading import Barrier

import pytest
from django.db import connection
from pytest_django import Settings

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from clicksafely.common.queue import outgoing
from clicksafely.devserver.mock_services.iccam import USER, IccamServer
from hotline.intake.iccam.services import import_assigned
from hotline.models import (
    ActionKind,
    AvailabilityCheck,
    ContentItem,
    IccamContent,
    IccamHealth,
    IccamReport,
    PartnerHotline,
    Referral,
    Report,
    Route,
)
from hotline.referral import services
from hotline.referral.iccam import client, queue
from hotline.referral.iccam import sync as exchange_module
from hotline.referral.iccam.sync import sync_due_reports
from tests.hotline.referral.iccam.cases import NATIONAL, assess, due_case, illegal_item, put_host, row_of
from tests.hotline.referral.iccam.conftest import little_patience
from tests.hotline.review.conftest import NOW, make_case, make_user

LATER = NOW + timedelta(minutes=10)
ADDRESS = "https://album.example.org/a/7.jpg"


def run(now: object = LATER) -> int:
    return sync_due_reports(now=now, seconds=300)  # type: ignore[arg-type]


def refer(report: Report, item: ContentItem, actor: User, now: datetime) -> list[Referral]:
    return services.refer_item(report=report, item=item, actor=actor, routes=[Route.ICCAM], now=now, unsure=True)


def posted(iccam: IccamServer) -> int:
    """The number of our reports at ICCAM."""
    return sum(report["reportingCountryCode"] == "RS" for report in iccam.reports.values())


def test_a_case_is_assigned_to_the_hosting_country(iccam: IccamServer, analyst: User) -> None:
    first, second = due_case(ADDRESS, "https://forum.example.net/t/9", actor=analyst)
    other_case = make_case(first.item, state="triaged", queue=None)
    first.report.texts.create(field="words", sealed=b"SECRET WORDS")
    # It waits for the look-ups of all hosts.
    Referral.objects.filter(pk=second.pk).update(state="checking", due_at=None)
    assert (run(), IccamReport.objects.count()) == (0, 0)
    Referral.objects.filter(pk=second.pk).update(state="due", due_at=NOW)
    assert run() == 1
    report = next(iter(iccam.reports.values()))
    assert report["hotlineReference"] == first.report.reference
    assert report["hotlineReceivedDate"] == "2026-03-02T10:00:00Z"
    assert (report["memo"], report["reportingAnalystName"], len(iccam.reports)) == ("", USER, 1)
    content = iccam.content_of(ADDRESS)
    assert content["assignedCountryCode"] == "DE"
    assert content["url"] == {
        "urlString": ADDRESS,
        "hotlineReference": f"{first.report.reference}/{first.item_id}",
        "isSourceUrl": True,
        "contentType": 1,
        "hostingCountryCode": "DE",
        "hostingIpAddress": "192.0.2.140",
        "hostingIsp": "Example Hosting",
        "hostingOrganization": {
            "organizationName": "Example Hosting",
            "autonomousSystemNumber": 64501,
            "isContentDeliveryNetwork": False,
        },
    }
    (assessment,) = content["assessments"]
    assert assessment == {
        "assessingAnalystName": USER,
        "classification": 1,
        "ageCategorization": 2,
        "genderCategorization": 2,
    }
    other = iccam.content_of("https://forum.example.net/t/9")
    assert (other["assignedCountryCode"], other["url"]["contentType"]) == ("DE", 2)
    for referral in (first, second):
        referral.refresh_from_db()
        assert (referral.state, referral.ended_at, referral.problem) == ("sent", LATER, "")
        assert referral.item.actions.get().kind == ActionKind.PARTNER
        assert AvailabilityCheck.objects.filter(item=referral.item).exists()
    row = row_of(first)
    assert (row.iccam_id, row.due_at, row.exchanged_at) == (report["reportId"], None, LATER)
    iccam_content = IccamContent.objects.get(item=first.item)
    assert (iccam_content.content_id, iccam_content.classification) == (content["contentId"], 1)
    assert iccam_content.assigned_country == "DE"
    for case in (first.report, other_case):
        case.refresh_from_db()
        assert case.state == "monitoring"
    everything = str(iccam.reports) + str(iccam.contents)
    assert ("SECRET" in everything, analyst.username in everything) == (False, False)
    assert {"iccam.reported", "iccam.assigned", "referral.sent"} <= set(
        AuditEvent.objects.filter(subject_id=first.report_id).values_list("action", flat=True)
    )
    # Content assigned to another country is not queried any more.
    calls = len(iccam.calls)
    assert run(LATER + timedelta(minutes=1)) == 0
    assert len(iccam.calls) == calls


def test_a_later_item_of_the_same_case_is_a_report_of_its_own(iccam: IccamServer, analyst: User, due: Referral) -> None:
    run()
    item = illegal_item("https://album.example.org/a/8.jpg", "DE")
    due.report.report_items.create(item=item, position=1)
    assess(item, due.report, analyst, NATIONAL)
    refer(due.report, item, analyst, NOW)
    run()
    reference = due.report.reference
    assert [report["hotlineReference"] for report in iccam.reports.values()] == [reference, f"{reference}.2"]


@pytest.mark.parametrize("what", ["nothing", "hang"])
def test_a_report_with_a_lost_response_is_not_posted_again(iccam: IccamServer, due: Referral, what: int | str) -> None:
    iccam.fail("POST rest/reports", what, is_executed=True)
    with little_patience(what):
        assert run() == 0
    assert posted(iccam) == 1
    due.refresh_from_db()
    assert (due.state, row_of(due).iccam_id) == ("due", None)
    assert run(row_of(due).due_at) == 1
    assert posted(iccam) == 1
    due.refresh_from_db()
    assert due.state == "sent"


def test_a_run_killed_after_posting_is_resumed_by_the_next(iccam: IccamServer, due: Referral) -> None:
    """State after SIGKILL: the writes before the call are stored, later ones are not, and the row is leased."""
    run()
    IccamReport.objects.update(iccam_id=None, due_at=LATER + outgoing.LEASE, exchanged_at=None)
    IccamContent.objects.update(content_id=None, assigned_country="", ended_at=None)
    Referral.objects.update(state="due", due_at=NOW, ended_at=None)
    content = iccam.content_of(ADDRESS)
    content["assignedCountryCode"] = "RS"
    assert run(LATER + timedelta(minutes=1)) == 0
    assert run(LATER + outgoing.LEASE) == 1
    assert (posted(iccam), content["assignedCountryCode"]) == (1, "DE")


@pytest.mark.parametrize(("call", "heard"), [("GET rest/content", False), ("PUT rest/content", True)])
def test_steps_are_resumed_after_a_failure(iccam: IccamServer, due: Referral, call: str, heard: bool) -> None:
    iccam.fail(call, "nothing", is_executed=heard)
    assert run() == 0
    assert run(row_of(due).due_at) == 1
    content = iccam.content_of(ADDRESS)
    assert (posted(iccam), content["assignedCountryCode"], len(content["assessments"])) == (1, "DE", 1)
    due.refresh_from_db()
    assert due.state == "sent"


def test_addresses_listed_late_by_iccam_are_retried(iccam: IccamServer, due: Referral) -> None:
    iccam.slow_to_show = 1
    assert run() == 0
    due.refresh_from_db()
    assert (due.state, due.problem) == ("due", "iccam_incomplete")
    assert run(row_of(due).due_at) == 1


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        (401, "iccam_sign_in"),
        (429, "iccam_busy"),
        (503, "iccam_broken"),
        ("html", "iccam_unreadable"),
        ("nothing", "iccam_unreachable"),
    ],
)
def test_temporary_problem_is_shown_and_retried(
    iccam: IccamServer, due: Referral, what: int | str, problem: str
) -> None:
    for _ in range(2 if what == 401 else 1):
        iccam.fail("POST rest/reports", what)
    assert run() == 0
    due.refresh_from_db()
    row = row_of(due)
    assert (due.state, due.problem, due.attempts) == ("due", problem, 1)
    assert (row.error, row.attempts, row.failing_since, row.due_at) == (problem, 1, LATER, due.due_at)
    pause = timedelta(minutes={"iccam_sign_in": 15, "iccam_busy": 5, "iccam_unreachable": 5}.get(problem, 2))
    assert LATER + pause * 0.8 <= due.due_at <= LATER + pause
    # No request before the time has come.
    calls = len(iccam.calls)
    assert run(LATER + timedelta(seconds=40)) == 0
    assert len(iccam.calls) == calls
    assert run(due.due_at) == 1
    row.refresh_from_db()
    assert (row.error, row.attempts, row.failing_since) == ("", 0, None)


@pytest.mark.parametrize(("what", "problem"), [(404, "iccam_refused"), (409, "iccam_conflict")])
def test_permanent_refusal_returns_to_the_analyst(iccam: IccamServer, due: Referral, what: int, problem: str) -> None:
    iccam.fail("POST rest/reports", what)
    assert run() == 0
    due.refresh_from_db()
    due.item.refresh_from_db()
    due.report.refresh_from_db()
    assert (due.state, due.problem) == ("failed", problem)
    assert (due.item.state, due.report.state) == ("assessed", "action_pending")
    row = row_of(due)
    assert (row.given_up_at, row.due_at, row.error) == (LATER, None, problem)


def test_one_that_fails_does_not_stop_its_siblings(iccam: IccamServer, analyst: User) -> None:
    first, second = due_case(ADDRESS, "https://forum.example.net/t/9", actor=analyst)
    iccam.fail("GET rest/content", 404)
    run()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.problem, second.state) == ("failed", "iccam_refused", "sent")


def test_unavailable_iccam_stops_the_queue(iccam: IccamServer, analyst: User) -> None:
    due_case(ADDRESS, actor=analyst)
    due_case("https://forum.example.net/t/9", actor=analyst)
    iccam.fail("POST authentication", "nothing")
    assert run() == 0
    assert [call[1] for call in iccam.calls] == ["Authentication"]
    health = IccamHealth.objects.get()
    assert (health.problem, health.failing_since) == ("iccam_unreachable", LATER)
    assert run(LATER + timedelta(minutes=4)) == 0
    assert len(iccam.calls) == 1
    assert run(LATER + timedelta(minutes=5)) == 2
    health.refresh_from_db()
    assert (health.problem, health.failing_since, health.last_success) == ("", None, LATER + timedelta(minutes=5))


def test_with_invalid_settings_it_stays_due_and_health_reports_them(
    settings: Settings, iccam: IccamServer, due: Referral
) -> None:
    settings.ICCAM_URL = iccam.url
    assert run() == 0
    due.refresh_from_db()
    assert (due.state, due.problem, iccam.calls) == ("due", "iccam_off", [])
    assert IccamHealth.objects.get().problem == "iccam_off"
    settings.ICCAM_URL = iccam.url_with_password
    assert run(due.due_at) == 1
    assert IccamHealth.objects.get().problem == ""


@pytest.mark.parametrize(("has_settings", "after"), [(False, LATER - NOW), (True, outgoing.GIVE_UP_AFTER)])
def test_without_settings_or_for_long_with_invalid_ones_it_fails(
    settings: Settings, iccam: IccamServer, due: Referral, has_settings: bool, after: timedelta
) -> None:
    settings.ICCAM_URL = iccam.url if has_settings else ""
    assert run(NOW + after) == 0
    due.refresh_from_db()
    due.item.refresh_from_db()
    assert (due.state, due.problem, due.item.state) == ("failed", "iccam_off", "assessed")


def test_retry_after_stops_all_requests(iccam: IccamServer, analyst: User) -> None:
    due_case(ADDRESS, actor=analyst)
    due_case("https://forum.example.net/t/9", actor=analyst)
    iccam.fail("POST rest/reports", 429, retry_after="600")
    assert run() == 0
    calls = len(iccam.calls)
    assert run(LATER + timedelta(seconds=599)) == 0
    assert import_assigned(now=LATER + timedelta(seconds=599)) == 0
    assert len(iccam.calls) == calls
    assert run(LATER + timedelta(seconds=600)) == 2


@pytest.mark.slow
def test_a_wrong_password_is_not_tried_by_every_report_in_turn(iccam: IccamServer, analyst: User) -> None:
    """A server that locks accounts after failed sign-ins must not be triggered."""
    for number in range(5):
        due_case(f"https://album.example.org/a/{number}", actor=analyst)
    for second in range(0, 3600, 15):
        for _ in range(2):
            iccam.fail("POST authentication", 401)
        assert run(LATER + timedelta(seconds=second)) == 0
    assert sum(path == "Authentication" for _method, path, _status in iccam.calls) <= 8


def test_a_supervisor_can_retry_immediately(iccam: IccamServer, analyst: User, due: Referral) -> None:
    iccam.fail("POST rest/reports", 429, retry_after="600")
    run()
    queue.retry(row=row_of(due), actor=make_user("lead", "supervisor"), now=LATER)
    assert run(LATER + timedelta(seconds=1)) == 1


def test_a_case_longer_than_a_run_continues_in_the_next(
    iccam: IccamServer, analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = due_case(ADDRESS, "https://forum.example.net/t/9", actor=analyst)
    with monkeypatch.context() as patch:
        # The time runs out after the first content item.
        patch.setattr(
            exchange_module.time,
            "monotonic",
            lambda: float(iccam.content_of(ADDRESS)["assignedCountryCode"] == "DE") if iccam.contents else 0.0,
        )
        patch.setattr(client, "_tokens", {})
        assert sync_due_reports(now=LATER, seconds=0.5) == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, row_of(first).due_at) == ("sent", "due", LATER)
    assert run(LATER) == 1
    second.refresh_from_db()
    assert (second.state, posted(iccam)) == ("sent", 1)


@pytest.mark.parametrize("country", ["", "RU"])
def test_country_without_a_partner_fails_the_referral(iccam: IccamServer, analyst: User, country: str) -> None:
    (referral,) = due_case(ADDRESS, actor=analyst, country=country)
    assert run() == 0
    referral.refresh_from_db()
    assert (referral.state, referral.problem, iccam.calls) == ("failed", "iccam_no_partner", [])
    PartnerHotline.objects.filter(country="DE").update(active=False)
    (other,) = due_case("https://forum.example.net/t/9", actor=analyst)
    run()
    other.refresh_from_db()
    assert other.problem == "iccam_no_partner"


def test_withdrawn_referral_is_not_reported(iccam: IccamServer, analyst: User, due: Referral) -> None:
    queue.collect_referrals(country="RS", now=LATER)
    services.withdraw_referral(referral=due, actor=analyst, now=LATER)
    run()
    assert (posted(iccam), IccamContent.objects.count()) == (0, 0)


def test_referral_withdrawn_after_its_report_is_not_reassigned(
    iccam: IccamServer, analyst: User, due: Referral
) -> None:
    """The response was lost: the report is found again, not reassigned, and not imported as a partner's."""
    iccam.fail("POST rest/reports", "nothing", is_executed=True)
    run()
    retry_at = row_of(due).due_at
    services.withdraw_referral(referral=due, actor=analyst, now=LATER)
    assert run(retry_at) == 1
    assert import_assigned(now=retry_at) == 0
    assert iccam.content_of(ADDRESS)["assignedCountryCode"] == "RS"
    assert IccamContent.objects.get().assigned_country == "RS"
    due.refresh_from_db()
    assert due.state == "withdrawn"


def test_content_decided_again_after_a_failure_is_posted_once(iccam: IccamServer, analyst: User, due: Referral) -> None:
    iccam.fail("PUT rest/content", 400)
    run()
    due.refresh_from_db()
    due.item.refresh_from_db()
    assert (due.state, posted(iccam)) == ("failed", 1)
    (again,) = refer(due.report, due.item, analyst, LATER)
    assert run(LATER + timedelta(minutes=1)) == 1
    again.refresh_from_db()
    assert (again.state, posted(iccam), IccamReport.objects.count()) == ("sent", 1, 1)


def test_content_moved_before_assignment_is_assigned_to_the_new_country(
    iccam: IccamServer, analyst: User, due: Referral
) -> None:
    """Posted as hosted in Germany; before its assignment the host turned out to be in the Netherlands."""
    iccam.fail("GET rest/content", "nothing")
    run()
    put_host("album.example.org", "NL", "192.0.2.9")
    Referral.objects.filter(pk=due.pk).update(country="NL")
    assert run(row_of(due).due_at) == 1
    content = iccam.content_of(ADDRESS)
    assert (content["assignedCountryCode"], content["url"]["hostingCountryCode"]) == ("NL", "NL")
    assert content["url"]["hostingIpAddress"] == "192.0.2.9"
    assert posted(iccam) == 1


def test_content_moved_after_assignment_is_a_new_report(iccam: IccamServer, analyst: User, due: Referral) -> None:
    """Assigned to Germany by then: only the German hotline may reassign it."""
    run()
    put_host("album.example.org", "NL")
    due.item.state = "assessed"
    due.item.save()
    AvailabilityCheck.objects.update(restarted_at=LATER)
    due.report.refresh_from_db()
    refer(due.report, due.item, analyst, LATER)
    assert run(LATER + timedelta(minutes=1)) == 1
    assert [each["assignedCountryCode"] for each in iccam.contents.values()] == ["DE", "NL"]


@pytest.mark.django_db(transaction=True)
def test_concurrent_runs_make_one_report(iccam: IccamServer) -> None:
    due_case(ADDRESS, "https://forum.example.net/t/9", actor=make_user("ana", "analyst"))
    together = Barrier(4)

    def run_with_others(_number: int) -> int:
        together.wait(60)
        try:
            return run()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        report_count = sum(pool.map(run_with_others, range(4)))
    assert (report_count, posted(iccam), IccamReport.objects.count()) == (1, 1, 1)
    assert set(Referral.objects.values_list("state", flat=True)) == {"sent"}


def test_a_concurrent_run_posts_nothing_twice(
    iccam: IccamServer, due: Referral, monkeypatch: pytest.MonkeyPatch
) -> None:
    def after_the_other(found: object, key: object) -> object:
        monkeypatch.setattr(queue, "groupby", groupby)
        assert run() == 1
        return groupby(found, key=key)  # type: ignore[call-overload]

    monkeypatch.setattr(queue, "groupby", after_the_other)
    assert run() == 0
    assert (posted(iccam), IccamReport.objects.count()) == (1, 1)
