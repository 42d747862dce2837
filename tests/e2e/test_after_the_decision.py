"""After the decision, end to end: content on its way from a report to the end, with real servers around the portal."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker

from clicksafely.devserver.mock_services.messages import ADDRESS, AUTHSERV_ID
from clicksafely.devserver.mock_services.smtp import SmtpSink
from clicksafely.devserver.mock_services.web import Page as WebPage
from hotline.models import AbuseContact, AvailabilityCheck, Closing, ContentItem, Host, Referral, Report
from hotline.states import ItemState, ReportState
from tests.e2e.review_steps import claim_next, open_everything, press
from tests.live_portal import Site, running_site
from tests.mock_services.surroundings import Surroundings, running_surroundings
from tests.waiting import until

OUTSIDE = {"queue": "outside"}


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surroundings]:
    """All the servers that the portal speaks to."""
    with running_surroundings(tmp_path_factory.mktemp("surroundings")) as running:
        yield running


@pytest.fixture(scope="module")
def site(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, surroundings: Surroundings, worker_name: str
) -> Iterator[Site]:
    """A portal of its own that uses them."""
    name = f"{worker_name}_around"
    with running_site(worker=name, blocker=django_db_blocker, extra=surroundings.settings) as running:
        yield running


@pytest.fixture
def orm(site: Site) -> Iterator[None]:
    """Reads of the site's own database."""
    with site.orm():
        yield


def assess(page: Page, classification: str) -> None:
    """Answer the questions of the shown item."""
    open_everything(page)
    page.check(f"[name=q-classification][value={classification}]")
    for question, answer in (("age", "not_determined"), ("gender", "undetermined")):
        if classification.endswith("csam"):
            page.check(f"[name=q-{question}][value={answer}]")
    press(page, "[data-assessment] [type=submit]")


def await_lookup(item: ContentItem, country: str) -> None:
    """Wait until the portal knows where the item is."""
    until(lambda: bool(_host(item)) and _host(item)[0] == country, what=f"a look-up: {country}")


def _host(item: ContentItem) -> tuple[str, ...]:
    return tuple(Host.objects.filter(name=item.host).values_list("country", flat=True))


def miss_three_checks(watch_of: ContentItem, ask: Callable[..., None]) -> None:
    """Three looks, an hour apart, that do not find it; the hours pass in the database."""
    for misses in (1, 2, 3):
        hour = timedelta(hours=1, minutes=1)
        earlier = {name: F(name) - hour for name in ("checked_at", "last_miss_at")}
        AvailabilityCheck.objects.filter(item=watch_of).update(next_check_at=timezone.now(), **earlier)
        ask("hotline.check_availability", **OUTSIDE)
        until(
            lambda misses=misses: (
                AvailabilityCheck.objects.filter(item=watch_of, misses=misses).exists()
                or ContentItem.objects.filter(pk=watch_of.pk, state=ItemState.ENDED).exists()
            ),
            what=f"miss {misses}",
        )


def status(page: Page, receipt: str) -> str:
    """What the reporter reads with the receipt."""
    page.goto("/en/report/status/")
    page.fill("[name=receipt]", receipt)
    press(page, "main form [type=submit]")
    return page.locator("main").inner_text()


def test_from_the_web_form_through_a_second_opinion_to_a_partner_hotline_and_back(
    surroundings: Surroundings,
    orm: None,
    ask: Callable[..., None],
    visit: Callable[..., Page],
    sign_in: Callable[..., Page],
) -> None:
    web, iccam = surroundings.netherlands, surroundings.iccam
    web.pages["/a/7"] = WebPage()
    address = web.url("slike.voorbeeld.test", "/a/7")

    reporter = visit(javascript=False, cookies=False)
    reporter.goto("/en/report/csam/")
    reporter.fill("[name=addresses]", address)
    reporter.set_checked("[name=danger_now]", True)
    reporter.check("[name=consent]")
    press(reporter, "form [type=submit].btn-primary")
    press(reporter, "main [name=send]")
    receipt = reporter.locator("#receipt").inner_text()
    until(lambda: Report.objects.filter(items__canonical=address, state=ReportState.TRIAGED).exists(), what="triage")
    report = Report.objects.get(items__canonical=address)
    item = report.items.get()
    await_lookup(item, "NL")

    first = sign_in("analyst1", javascript=False)
    claim_next(first, report)
    assess(first, "baseline_csam")
    second = sign_in("analyst2", javascript=False)
    claim_next(second, report)
    assess(second, "baseline_csam")
    # The rules propose the partner hotline, and nothing else.
    expect(second.locator("[name=routes]:checked")).to_have_count(1)
    expect(second.locator("[name=routes][value=iccam]")).to_be_checked()
    press(second, "form[action*='/refer/'] button")

    until(lambda: not _host_pending(item), what="the new look-up of the host")
    ask("hotline.confirm_hosting")
    until(lambda: Referral.objects.filter(item=item, state="due").exists(), what="a confirmed host")
    ask("hotline.sync_iccam", **OUTSIDE)
    until(lambda: Referral.objects.filter(item=item, state="sent").exists(), what="ICCAM having it")
    assert iccam.content_of(address)["url"]["hostingCountryCode"] == "NL"
    report.refresh_from_db()
    assert report.state == ReportState.MONITORING
    assert "Netherlands" in status(reporter, receipt)

    # The partner gives it back: it was moved to Serbia. Decided anew, it turns out to be gone; ICCAM and the reporter hear of it.
    iccam.content_of(address)["assignedCountryCode"] = "RS"
    ask("hotline.import_iccam", **OUTSIDE)
    back = Report.objects.filter(pk=report.pk, state=ReportState.ACTION_PENDING)
    until(back.exists, what="the content given back")
    second.goto(f"/admin/hotline/case/{report.pk}/")
    press(second, "form.claim button")
    second.locator("details.manual-action summary").click()
    second.check("[name=kinds][value=removed]")
    press(second, "form[action*='/act/'] button")
    second.check("[name=confirmed]")
    press(second, "form[action*='/act/'] button")
    report.refresh_from_db()
    assert (report.state, report.outcome) == (ReportState.CLOSED, "removed")
    # The analyst can undo this for 10 minutes, and the exchange waits for that; the minutes pass in the database.
    assert "Removed" not in status(reporter, receipt)
    Closing.objects.filter(report=report).update(effective_at=timezone.now())
    ask("hotline.sync_iccam", **OUTSIDE)
    until(lambda: 3 in _actions(iccam.content_of(address)), what="the action at ICCAM")
    assert "Removed" in status(reporter, receipt)


def test_from_an_email_to_removed_after_31_hours(
    surroundings: Surroundings,
    orm: None,
    ask: Callable[..., None],
    visit: Callable[..., Page],
    sign_in: Callable[..., Page],
) -> None:
    web, smtp = surroundings.serbia, surroundings.smtp
    web.pages["/tema/31"] = WebPage()
    address = web.url("album.primer.test", "/tema/31")
    AbuseContact.objects.get_or_create(
        kind="asn",
        key="64500",
        defaults={"name": "Primer hosting", "email": "abuse@primer.example.org", "language": "en"},
    )
    surroundings.imap.append(message(f"Please look at {address}, they call for violence there."))
    ask("hotline.fetch_mail", **OUTSIDE)
    until(
        lambda: Report.objects.filter(items__canonical=address, state=ReportState.TRIAGED).exists(),
        what="a report of the message",
    )
    report = Report.objects.get(items__canonical=address)
    item = report.items.get()
    await_lookup(item, "RS")
    ask("hotline.send_mail", **OUTSIDE)
    until(lambda: bool(texts_sent_to(smtp, "witness@example.org")), what="the answer with the receipt")
    receipt = re.search(r"[0-9A-Z]{4}(?:[ -]+[0-9A-Z]{4}){3}", texts_sent_to(smtp, "witness@example.org")[0])
    assert receipt is not None

    first = sign_in("analyst1", javascript=False)
    claim_next(first, report)
    first.check("[name=category][value=hate-speech]")
    press(first, "form[action$='/category/'] button")
    assess(first, "hate_speech")
    second = sign_in("analyst2", javascript=False)
    claim_next(second, report)
    assess(second, "hate_speech")
    second.uncheck("[name=routes][value=police]")
    expect(second.locator("[name=routes][value=host]")).to_be_checked()
    press(second, "form[action*='/refer/'] button")
    until(lambda: not _host_pending(item), what="the new look-up of the host")
    ask("hotline.confirm_hosting")
    until(lambda: Referral.objects.filter(item=item, state="due").exists(), what="a confirmed host")
    ask("hotline.send_notices", **OUTSIDE)
    until(lambda: Referral.objects.filter(item=item, state="sent").exists(), what="the notice")
    assert address in texts_sent_to(smtp, "abuse@primer.example.org")[0]

    # It is there, and is gone 31 hours later.
    ask("hotline.check_availability", **OUTSIDE)
    until(lambda: AvailabilityCheck.objects.filter(item=item, result="available").exists(), what="a first look")
    del web.pages["/tema/31"]
    Referral.objects.filter(item=item).update(ended_at=F("ended_at") - timedelta(hours=31))
    miss_three_checks(item, ask)
    report.refresh_from_db()
    assert (report.state, report.outcome) == (ReportState.CLOSED, "removed")
    second.goto(f"/admin/hotline/case/{report.pk}/")
    expect(second.locator("#content-box")).to_contain_text("садржаја више нема")
    reporter = visit(javascript=False, cookies=False)
    status_text = status(reporter, receipt[0])
    assert "Removed" in status_text
    assert re.search(r"\b31\b", status_text)


def message(text: str) -> bytes:
    """A message whose sender our own mail server has authenticated."""
    email = EmailMessage()
    email["Authentication-Results"] = f"{AUTHSERV_ID}; dmarc=pass header.from=example.org"
    email["From"], email["To"], email["Subject"] = "Witness <witness@example.org>", ADDRESS, "A forum"
    email["Message-ID"] = f"<{uuid4()}@example.org>"
    email.set_content(text)
    return bytes(email)


def texts_sent_to(smtp: SmtpSink, recipient: str) -> list[str]:
    """The texts that were sent there."""
    found = [letter.message.get_body() for letter in smtp.letters if recipient in letter.recipients]
    return [body.get_content() for body in found if body is not None]


def _host_pending(item: ContentItem) -> bool:
    return Host.objects.filter(name=item.host, next_lookup_at__isnull=False).exists()


def _actions(content: dict[str, object]) -> list[object]:
    return [action["actionType"] for action in content["actions"]]  # type: ignore[attr-defined]
