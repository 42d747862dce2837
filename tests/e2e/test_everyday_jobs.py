"""Everyday jobs of staff, measured from the home page to the message of success: clicks and page loads, each with a limit.

Typing is not counted. A choice from a select box, a tick and a file are clicks. `EVERYDAY_JOBS=FILE` also writes the table to a file.
"""

import json
import os
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from awareness.events.bookings import services as bookings
from awareness.news.models import Article
from awareness.quizzes.models import Question, Quiz
from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from clicksafely.common.serbian.scripts import to_latin
from hotline.models import Report
from tests.clients.bookings import ask, state
from tests.e2e.review_steps import first_in_line, nothing_held
from tests.e2e.staff_steps import Colleague, fill_in_quiz
from tests.factories.events import make_date, make_event
from tests.factories.library import pdf
from tests.factories.youthpanel import give_consent, make_cohort, make_member
from tests.hotline.review.conftest import make_case
from tests.live_portal import Site
from youthpanel.members.services import read_identity
from youthpanel.models import Consent

pytestmark = pytest.mark.slow
ONE_LANGUAGE = "localStorage.setItem('staff-form-language', 'sr')"


@pytest.fixture
def orm(site: Site) -> Iterator[None]:
    """The site's own database."""
    with site.orm():
        yield


@pytest.fixture
def mark() -> str:
    """Tells the rows of a test from those of others."""
    return secrets.token_hex(4)


def at_home(colleague: Callable[..., Colleague], username: str) -> Colleague:
    """Sign in, with forms that show one language at a time, and begin to count on the home page."""
    person = colleague(username, both_languages=False, checks=False)
    person.page.add_init_script(ONE_LANGUAGE)
    person.start()
    return person


def check_limits(person: Colleague, job: str, *, clicks: int, loads: int) -> None:
    """Compare the job with its limits, and write its row."""
    if path := os.environ.get("EVERYDAY_JOBS"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"job": job, "clicks": person.clicks, "loads": person.loads}) + "\n")
    assert person.clicks <= clicks, job
    assert person.loads <= loads, job


def write_article(page: Page, title: str) -> None:
    page.locator("[name=title_sr]").fill(title)
    page.locator("[name=summary_sr]").fill("Шест школа, један дан.")


@pytest.mark.usefixtures("orm")
def test_publish_a_news_item_and_restore_its_version(colleague: Callable[..., Colleague], mark: str) -> None:
    editor = at_home(colleague, "editor")
    page = editor.page
    editor.menu("News")
    editor.link("Add")
    write_article(page, f"Прва верзија {mark}")
    editor.click(page.get_by_role("button", name="English"))
    page.locator("[name=title_en]").fill(f"First version {mark}")
    page.locator("[name=summary_en]").fill("Six schools.")
    editor.press("Publish")
    editor.succeeded()
    check_limits(editor, "publish a news item in two languages", clicks=4, loads=3)
    article = Article.objects.get(title_sr=f"Прва верзија {mark}")
    assert article.published_at is not None

    editor.link(f"First version {mark}")
    page.locator("[name=title_sr]").fill(f"Друга верзија {mark}")
    editor.press("Publish")
    editor.succeeded()
    editor.start()
    editor.link(f"First version {mark}", within=".home-recent")
    editor.link("History", exact=True)
    editor.go(page.locator(".version").nth(1).get_by_role("button", name="Restore this version"))
    editor.succeeded()
    editor.press("Publish")
    editor.succeeded()
    check_limits(editor, "restore a version of a public page and publish it", clicks=4, loads=4)
    article.refresh_from_db()
    assert article.title_sr == f"Прва верзија {mark}"


@pytest.mark.usefixtures("orm")
def test_renew_27_consents(colleague: Callable[..., Colleague]) -> None:
    # Those of other tests are not due.
    Consent.objects.filter(withdrawn_on=None).update(withdrawn_on=localdate())
    today = localdate()
    cohort = make_cohort(begins_on=today - timedelta(days=300))
    for _number in range(27):
        member = make_member(cohort, birth_year=today.year - 12)
        give_consent(member, "membership", given_on=today - timedelta(days=360), expires_on=today + timedelta(days=5))
    coordinator = at_home(colleague, "coordinator")
    page = coordinator.page
    coordinator.menu("Due dates")
    coordinator.link("Choose all")
    expect(page.locator("[name=consent]:checked")).to_have_count(27)
    coordinator.press("Renew consents")
    page.locator("[name=expires_on]").fill((today + timedelta(days=365)).isoformat())
    page.locator("[name=document]").fill("Регистратор 4")
    coordinator.press("Renew consents")
    coordinator.succeeded()
    expect(page.locator(".messagelist")).to_contain_text("27 consents were renewed.")
    check_limits(coordinator, "renew 27 consents", clicks=4, loads=4)


@pytest.mark.usefixtures("orm")
def test_find_the_openings_of_a_name(colleague: Callable[..., Colleague], mark: str) -> None:
    member = make_member(pseudonym=f"Рис {mark}")
    read_identity(member=member, actor=User.objects.get(username="coordinator"), now=timezone.now())
    coordinator = at_home(colleague, "coordinator")
    coordinator.find(mark, to_latin(member.pseudonym))
    expect(coordinator.page.locator("section[aria-labelledby=timeline-heading]")).to_contain_text("coordinator")
    check_limits(coordinator, "find who opened a name (coordinator)", clicks=2, loads=1)

    auditor = at_home(colleague, "auditor")
    page = auditor.page
    auditor.menu("Audit events")
    page.locator("#filter-action").fill("identity.opened")
    auditor.press("Show")
    auditor.go(page.locator("#result_list tbody tr").first.locator(".field-subject .audit-step"))
    expect(page.locator(".lists-table tbody tr")).to_contain_text("coordinator")
    check_limits(auditor, "find who opened a name (auditor)", clicks=3, loads=3)


@pytest.mark.usefixtures("orm")
def test_add_a_quiz_of_five_questions(colleague: Callable[..., Colleague], mark: str) -> None:
    questions = list(Question.objects.order_by("pk")[:5])
    editor = at_home(colleague, "editor")
    fill_in_quiz(editor, f"Квиз {mark}", questions)
    editor.press("Save")
    editor.succeeded()
    check_limits(editor, "add a quiz of five questions from the bank", clicks=9, loads=3)
    assert list(
        Quiz.objects.get(title_sr=f"Квиз {mark}").entries.order_by("order").values_list("question", flat=True)
    ) == [question.pk for question in questions]


@pytest.mark.usefixtures("orm")
def test_take_the_next_case_and_find_a_case(colleague: Callable[..., Colleague]) -> None:
    before = set(Report.objects.values_list("pk", flat=True))
    report = make_case()
    first_in_line(report)
    analyst = at_home(colleague, "analyst1")
    analyst.menu("My work")
    analyst.press(re.compile("^Take next"))
    expect(analyst.page.locator("h1")).to_have_text(report.reference)
    check_limits(analyst, "take the next case", clicks=2, loads=2)

    # Its address is opened, then copied.
    page = analyst.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    analyst.click(page.get_by_role("button", name="Show the address").first)
    copy = page.get_by_role("button", name="Copy the address")
    analyst.click(copy)
    expect(copy.locator("~ [role=status]")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == report.items.get().canonical

    analyst.start()
    analyst.find(report.reference, report.reference)
    expect(analyst.page.locator("h1")).to_have_text(report.reference)
    check_limits(analyst, "find a case by its number", clicks=2, loads=1)
    nothing_held()
    Report.objects.exclude(pk__in=before).update(
        state="closed", outcome="removed", closed_at=timezone.now(), queue=None
    )


@pytest.mark.usefixtures("orm")
def test_confirm_a_booking_and_export_the_bookings(colleague: Callable[..., Colleague], mark: str) -> None:
    now = timezone.now()
    date = make_date(make_event(published_at=now - timedelta(days=1)), starts_at=now + timedelta(days=21))
    first, second = ask(date, school=f"Прва {mark}", now=now), ask(date, school=f"Друга {mark}", now=now)
    bookings.cancel_booking(booking=first, now=now)
    assert state(second) == "offered"
    organiser = at_home(colleague, "events")
    page = organiser.page
    organiser.menu("Events overview")
    organiser.link(f"Друга {mark}")
    organiser.press("Accept the places for the school")
    organiser.succeeded()
    check_limits(organiser, "confirm a booking from the waiting list", clicks=3, loads=3)
    assert state(second) == "booked"

    organiser.start()
    organiser.menu("Bookings")
    file = organiser.go(page.get_by_role("button", name="Excel"), downloads=True)
    assert file.suggested_filename == "booking.xlsx"
    check_limits(organiser, "export the bookings as XLSX", clicks=2, loads=1)
    exported = AuditEvent.objects.filter(action="list.exported").latest("pk")
    assert exported.data["format"] == "xlsx"


@pytest.mark.usefixtures("orm")
def test_publish_a_resource_with_a_file(colleague: Callable[..., Colleague], mark: str) -> None:
    editor = at_home(colleague, "editor")
    page = editor.page
    editor.menu("Resources")
    editor.link("Add")
    page.locator("[name=title_sr]").fill(f"Радни лист {mark}")
    page.locator("[name=summary_sr]").fill("Укратко.")
    editor.choose(page.locator("[name=kind]"), value="worksheet")
    editor.choose(page.locator("select[name=language]"), value="sr-Cyrl")
    editor.unfold("Licence")
    editor.choose(page.locator("[name=licence]"), value="CC-BY-4.0")
    editor.upload(
        page.locator("[name=files-0-upload]"), {"name": "Лист.pdf", "mimeType": "application/pdf", "buffer": pdf(2)}
    )
    editor.press("Publish")
    editor.succeeded()
    check_limits(editor, "publish a resource with a file", clicks=7, loads=3)
