"""A supervisor's day, from the home page by the menu and links: disputes, urgent hand-overs, closings, the roster, the share of checks."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clicksafely.accounts.models import User
from clicksafely.common.alerts.models import AlertChannel, DutyShift
from clicksafely.common.models import AuditEvent
from hotline.models import Assessment, Referral, Report, ReviewSettings
from hotline.review.claims import claim_case
from hotline.review.close_without_assessment import close_reports
from hotline.review.referral_services import refer_urgently
from hotline.states import ReportState
from tests.e2e.review_steps import open_everything, own_cases
from tests.e2e.staff_steps import Colleague
from tests.factories.openings import open_and_assess
from tests.hotline.review.conftest import make_case
from tests.live_portal import Site
from tests.waiting import until

pytestmark = pytest.mark.slow
REASON = "Dete je danas tamo, ne može da čeka."


@pytest.fixture
def orm(site: Site) -> Iterator[None]:
    """The site's own database; the cases and shifts of the test are gone from the queues afterwards."""
    with own_cases(site):
        yield
        DutyShift.objects.all().delete()
        AlertChannel.objects.all().delete()
        ReviewSettings.objects.update(checked_percent=ReviewSettings._meta.get_field("checked_percent").default)


def held_by(username: str, report: Report) -> User:
    """The analyst, who holds the case now."""
    analyst = User.objects.get(username=username)
    claim_case(report_id=report.pk, actor=analyst, now=timezone.now())
    return analyst


def disputed_case() -> Report:
    """A case about which two analysts disagree."""
    report = make_case()
    for username, answer in (("analyst1", "hate_speech"), ("analyst2", "not_illegal")):
        analyst = held_by(username, report)
        answers = {"classification": answer}
        open_and_assess(report=report, item=report.items.get(), actor=analyst, answers=answers, now=timezone.now())
    return report


def sent_by_one() -> Report:
    """A case that one analyst sent to the police at once."""
    report = make_case(category="csam")
    analyst = held_by("analyst1", report)
    refer_urgently(report=report, item=report.items.get(), actor=analyst, reason=REASON, now=timezone.now())
    return report


def closed_as_spam() -> Report:
    """A case that one analyst closed without an assessment."""
    report = make_case()
    analyst = User.objects.get(username="analyst2")
    assert close_reports(report_ids=[report.pk], state="spam", actor=analyst, now=timezone.now()).done == [report.pk]
    return report


def follow_count(person: Colleague, label: str) -> None:
    """Follow a number of the home page; a page may show numbers that are half a minute old."""
    link = person.page.locator(".home-areas").get_by_role("link", name=label)

    def link_count() -> int:
        person.page.reload()
        return link.count()

    until(link_count, what=f"{label} on the home page")
    person.go(link)


@pytest.mark.usefixtures("orm")
def test_a_dispute_an_urgent_referral_and_a_closing(colleague: Callable[..., Colleague]) -> None:
    dispute, urgent, spam = disputed_case(), sent_by_one(), closed_as_spam()
    vera = colleague("supervisor")
    page = vera.page

    # Two opinions differ: the supervisor decides without asking who gave which.
    follow_count(vera, "Disputes to settle")
    vera.link(dispute.reference)
    vera.press(re.compile("^Take this case"))
    open_everything(page, scripts=True)
    vera.tick(page.locator("[name=q-classification][value=hate_speech]"))
    vera.press(re.compile("^Decide"))
    dispute.refresh_from_db()
    assert dispute.state == ReportState.ACTION_PENDING
    assert Assessment.objects.get(report=dispute, round="arbitration").author.username == "supervisor"

    # One analyst sent a case to the police alone: the reason is read, and the review recorded.
    vera.go(page.locator("a.brand"))
    follow_count(vera, "Urgent referrals to review")
    vera.link(urgent.reference, within="section[aria-labelledby=urgent-referrals]")
    expect(page.locator(".referrals")).not_to_contain_text(REASON)
    vera.press("Read the reason")
    expect(page.locator(".referrals .quoted-text")).to_have_text(REASON)
    vera.press("Mark as reviewed")
    expect(page.locator(".referrals")).to_contain_text("Reviewed by a supervisor.")
    assert Referral.objects.get(report=urgent).reviewed_by.username == "supervisor"
    assert AuditEvent.objects.filter(action="referral.reason_opened", subject_id=urgent.pk).count() == 1

    # A closing that was a mistake is undone in its list.
    vera.menu("Closings without assessment")
    row = page.locator("#result_list tr", has_text=spam.reference)
    expect(row).to_contain_text("analyst2")
    vera.tick(row.locator("[name=_selected_action]"))
    vera.choose(page.locator("[name=action]"), label="Open again")
    vera.go(page.locator(".actions button[type=submit]"))
    vera.succeeded()
    spam.refresh_from_db()
    assert spam.state != ReportState.SPAM
    vera.link(spam.reference)
    expect(page.locator("#again-heading")).to_be_visible()


@pytest.mark.usefixtures("orm")
def test_the_roster_and_the_share_of_quality_checks(colleague: Callable[..., Colleague]) -> None:
    vera = colleague("supervisor")
    page = vera.page
    vera.menu("Duty roster")
    # A person without an alert channel cannot be on duty.
    vera.link("Add a channel")
    vera.choose(page.locator("[name=person]"), label="analyst1")
    page.locator("[name=address]").fill("analyst1@example.org")
    vera.press("Save")
    vera.succeeded()
    vera.link("Add a shift")
    vera.choose(page.locator("[name=person]"), label="analyst1")
    for day in ("1", "2"):
        vera.tick(page.locator(f"[name=weekdays][value='{day}']"))
    page.locator("[name=starts_at]").fill("08:00")
    # Without an end the form comes back with what was typed.
    vera.press("Save")
    expect(page.locator(".errorlist").first).to_be_visible()
    expect(page.locator("[name=starts_at]")).to_have_value("08:00")
    page.locator("[name=ends_at]").fill("16:00")
    vera.press("Save")
    vera.succeeded()
    shift = page.locator("section[aria-labelledby=shifts-heading] tbody tr")
    expect(shift).to_contain_text("analyst1")
    expect(shift).to_contain_text("08:00–16:00")
    expect(page.locator("section[aria-labelledby=week-heading]")).to_contain_text("analyst1")
    vera.go(shift.get_by_role("link", name="Change"))
    page.locator("[name=ends_at]").fill("20:00")
    vera.press("Save")
    expect(shift).to_contain_text("08:00–20:00")
    vera.go(shift.get_by_role("button", name="Remove"))
    expect(page.locator("section[aria-labelledby=shifts-heading]")).to_contain_text("No shifts yet.")

    vera.menu("Settings of review")
    vera.link("for all staff")
    page.locator("[name=checked_percent]").fill("35")
    vera.press("Save")
    vera.succeeded()
    assert ReviewSettings.objects.get().checked_percent == 35
    # An exported list is found again among the own jobs, with its filters.
    make_case(category="csam")
    vera.menu("Reports")
    vera.unfold("Category")
    vera.link(re.compile("^child sexual abuse material", re.IGNORECASE), within=".filter-chip[open]")
    query = page.url.partition("?")[2]
    vera.go(page.get_by_role("button", name="Excel"), downloads=True)
    vera.menu("My jobs")
    vera.link("Reports: list exported")
    assert page.url.partition("?")[2] == query
    # What the supervisor did last is on the home page.
    vera.go(page.locator("a.brand"))
    expect(page.locator(".home-recent")).to_contain_text("ettings")
