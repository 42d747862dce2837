"""Danger while no one of the staff is signed in: the receipt of the child, mail and webhook to those on duty, the next order, the claim."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker
from standardwebhooks import Webhook

from clicksafely.accounts.models import User
from clicksafely.common.alerts.models import (
    Alert,
    AlertChannel,
    AlertingState,
    AlertMessage,
    AlertRules,
    AlertState,
    DutyShift,
    WebhookHost,
)
from clicksafely.common.alerts.services import PLAN_TASK, SEND_TASK
from clicksafely.common.models import AuditEvent
from clicksafely.devserver.mock_services.smtp import SmtpSink
from clicksafely.devserver.mock_services.web import LOOPBACK, WebServer
from clicksafely.devserver.mock_services.web import Page as WebPage
from hotline.models import Report
from hotline.states import Outcome, ReportState
from tests.e2e.page_checks import faults
from tests.e2e.review_steps import nothing_held, press
from tests.e2e.test_child_without_link import WORDS, send_report
from tests.factories.alerts import SECRET, give_shift, give_webhook
from tests.live_portal import Site, running_site
from tests.waiting import until

DUTY = "Неко од нас дежура и твоја пријава му стиже сада."
NO_DUTY = "Сада код нас нико не дежура"
MY_WORK = "/admin/hotline/desk/"
PEOPLE = ("analyst1", "analyst2", "supervisor")


@pytest.fixture(scope="module")
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker, sink: SmtpSink, worker_name: str) -> Iterator[Site]:
    """A portal with a mail server."""
    settings = {"MAIL_SMTP_URL": sink.url, "MAIL_ADDRESS": "prijava@hotline.test"}
    with running_site(worker=f"{worker_name}_night", blocker=django_db_blocker, extra=settings) as running:
        yield running


@pytest.fixture
def orm(site: Site, sink: SmtpSink) -> Iterator[None]:
    """The site's own database: staff with addresses, an empty roster, no session, no alert, no open case."""
    with site.orm():
        nothing_held()
        Report.objects.update(state=ReportState.CLOSED, outcome=Outcome.REMOVED, closed_at=timezone.now(), queue=None)
        for model in (Alert, DutyShift, AlertChannel, WebhookHost, Session):
            model.objects.all().delete()
        for person in User.objects.filter(username__in=PEOPLE):
            person.email = address_of(person.username)
            person.save(update_fields=["email"])
        sink.letters.clear()
        yield


@pytest.fixture
def receiver(orm: None) -> Iterator[WebServer]:
    """A receiver of webhooks on a permitted host."""
    with WebServer(fallback=WebPage(204, b"")) as server:
        WebhookHost.objects.create(host=f"{LOOPBACK}:{server.port}")
        yield server


def address_of(username: str) -> str:
    return f"{username}@centre.example.org"


def on_duty(username: str, *, order: int) -> User:
    """The person, on duty at every hour."""
    person = User.objects.get(username=username)
    give_shift(person, "00:00", "00:00", order=order)
    return person


def both_tasks_run(ask: Callable[..., None], since: datetime) -> None:
    """Wait until alerts were planned and sent after `since`; beat would start both within 15 seconds."""
    ask(PLAN_TASK)
    until(lambda: AlertingState.objects.filter(planned_at__gt=since).exists(), what="the planning")
    now = timezone.now()
    ask(SEND_TASK, queue="outside")
    until(lambda: AlertingState.objects.filter(sent_at__gt=now).exists(), what="the sending")


def minutes_pass() -> None:
    """The time in which an alert may be claimed before the next order is alerted."""
    pause = timedelta(minutes=AlertRules.objects.get().claim_minutes)
    assert Alert.objects.filter(state=AlertState.OPEN).update(next_step_at=F("next_step_at") - pause) == 1


def recipients(sink: SmtpSink) -> list[str]:
    return [recipient for letter in sink.letters for recipient in letter.recipients]


def page_in(text: str) -> str:
    """The address in the text of an alert."""
    return re.search(r"http\S+", text).group()  # type: ignore[union-attr]


def follow_mail(site: Site, visit: Callable[..., Page], address: str, username: str) -> Page:
    """Follow the address on a phone that is not signed in, sign in, and arrive where it leads."""
    page = visit(base_url=address.removesuffix(MY_WORK), width=360, dark=True)
    page.goto(address)
    page.fill("[name=username]", username)
    page.fill("[name=password]", site.accounts()[username]["password"])
    page.fill("[name=otp_token]", site.code(username))
    press(page, "#login-form [type=submit]")
    assert page.url == address
    return page


def test_from_the_report_of_a_child_to_the_claim(
    site: Site, visit: Callable[..., Page], ask: Callable[..., None], sink: SmtpSink, receiver: WebServer
) -> None:
    first, second = on_duty("analyst1", order=1), on_duty("analyst2", order=2)
    give_webhook(first, receiver.url(path="/phone"))
    AlertChannel.objects.create(person=first, medium="email", address=first.email)
    both_tasks_run(ask, timezone.now())
    assert not Session.objects.exists()

    child = visit(javascript=False, cookies=False, width=360)
    send_report(child, "sr")
    expect(child.locator(".call-first")).to_contain_text(DUTY)
    report = Report.objects.latest("pk")

    # The receipt was true: the message has arrived by both channels of the person on duty, and says nothing about the report.
    until(lambda: sink.letters and receiver.requests, what="the first order")
    assert recipients(sink) == [first.email]
    assert (
        Webhook(SECRET).verify(receiver.bodies[0], receiver.requests[0][2])["data"]["kind"] == "hotline.child_at_risk"
    )
    for text in (sink.letters[0].text, receiver.bodies[0].decode()):
        assert not [word for word in (WORDS, report.reference) if word in text]

    # It is claimed by neither: the second order is alerted, once.
    minutes_pass()
    ask(PLAN_TASK)
    until(lambda: len(sink.letters) == 2, what="the second order")
    assert recipients(sink) == [first.email, second.email]
    assert Alert.objects.get().step == 2

    address = page_in(sink.letters[1].text)
    assert address.endswith(MY_WORK)
    assert json.loads(receiver.bodies[0])["data"]["url"] == address
    page = follow_mail(site, visit, address, "analyst2")
    other = follow_mail(site, visit, address, "analyst1")
    for each in (page, other):
        expect(each.locator(".alert-line")).to_have_count(1)
    assert faults(page, fingers=False) == []
    page.locator(".alert-line button").click()
    for each in (page, other):
        expect(each.locator(".alert-line")).to_have_count(0)
    assert Alert.objects.get().claimed_by == second

    # The case is the next one, and the analyst reads what the child wrote.
    press(page, "form[action='/admin/hotline/desk/take/'] button")
    expect(page.locator("h1")).to_have_text(report.reference)
    page.locator("form[action$='/open/'] button").first.click()
    expect(page.locator("#content")).to_contain_text(WORDS)

    # After the claim, no other person is woken.
    both_tasks_run(ask, timezone.now())
    assert (len(sink.letters), len(receiver.bodies)) == (2, 1)
    assert set(AlertMessage.objects.values_list("state", flat=True)) == {"sent"}
    steps = AuditEvent.objects.filter(action__startswith="alert.", subject_id=Alert.objects.get().pk)
    assert list(steps.order_by("id").values_list("action", flat=True)) == [
        "alert.raised",
        "alert.step",
        *["alert.message_sent"] * 2,
        "alert.step",
        "alert.message_sent",
        "alert.claimed",
    ]


def test_without_a_person_on_duty_a_supervisor_is_alerted(
    orm: None, visit: Callable[..., Page], ask: Callable[..., None], sink: SmtpSink
) -> None:
    person = User.objects.get(username="analyst1")
    # The shift of the day has ended, and the next one begins tomorrow.
    tomorrow = timezone.localdate() + timedelta(days=1)
    DutyShift.objects.create(
        person=person, weekdays=[1, 2, 3, 4, 5, 6, 7], starts_at=time(8), ends_at=time(16), valid_from=tomorrow
    )
    both_tasks_run(ask, timezone.now())
    child = visit(javascript=False, cookies=False, width=360)
    send_report(child, "sr")
    expect(child.locator(".call-first")).to_contain_text(NO_DUTY)
    until(lambda: sink.letters, what="the alert")
    assert recipients(sink) == [address_of("supervisor")]
