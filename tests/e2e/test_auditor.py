"""An auditor's work, from the home page by the menu and links: who opened what, the chain, an export with its proof; with and without
scripts.
"""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.models import AuditEvent
from clicksafely.common.staff.date_fields import show_date
from hotline.models import Report
from hotline.states import Outcome, ReportState
from tests.e2e.staff_steps import Colleague
from tests.factories.youthpanel import make_member
from tests.hotline.review.conftest import make_case
from tests.live_portal import Site
from youthpanel.members.services import read_identity
from youthpanel.models import Member

pytestmark = pytest.mark.slow
PHONE = {"javascript": False, "width": 360}


@pytest.fixture
def orm(site: Site) -> Iterator[None]:
    """The site's own database."""
    with site.orm():
        yield


@pytest.fixture
def case(orm: None) -> Report:
    """A case outside the queues whose text analyst1 opened twice."""
    report = make_case(state=ReportState.CLOSED, outcome=Outcome.REMOVED, closed_at=timezone.now(), queue=None)
    analyst = User.objects.get(username="analyst1")
    for _time in range(2):
        audit_log.record(action="words.opened", subject=report, actor=analyst, now=timezone.now())
    return report


@pytest.fixture
def member(orm: None) -> Member:
    """A member of the panel whose name the coordinator opened."""
    member = make_member(pseudonym=f"Сова {secrets.token_hex(4)}")
    read_identity(member=member, actor=User.objects.get(username="coordinator"), now=timezone.now())
    return member


def search(auditor: Colleague, **filters: str) -> None:
    """Fill in fields of the filters of the list of events."""
    for name, value in filters.items():
        auditor.page.locator(f"#filter-{name}").fill(value)
    auditor.press("Show")


@pytest.mark.parametrize("browser_of", [{}, PHONE], ids=["wide", "phone"])
def test_openings_of_a_case_and_of_a_members_name(
    colleague: Callable[..., Colleague], case: Report, member: Member, browser_of: dict[str, object]
) -> None:
    searches = AuditEvent.objects.filter(action="audit.searched", actor_id=User.objects.get(username="auditor").pk)
    before = searches.count()
    auditor = colleague("auditor", **browser_of)
    page = auditor.page
    expect(page.locator("#plot-openings")).to_be_visible()

    # Who opened what of this case, and what else did that person open?
    auditor.menu("Openings")
    page.locator("#openings-q").fill(case.reference.lower())
    auditor.press("Show the openings")
    rows = page.locator(".lists-table tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("analyst1")
    expect(rows).to_contain_text("Reporter's text opened")
    auditor.go(rows.get_by_role("link", name="analyst1"))
    expect(page.locator("h1")).to_have_text("Openings: analyst1")
    expect(rows.first).to_contain_text(case.reference)
    auditor.go(rows.first.locator("a").last)
    expect(page.locator("#result_list tbody tr")).to_have_count(2)

    # By person, kind and date, at once.
    auditor.menu("Audit events")
    page.locator("#filter-kind").select_option(label="content or data opened")
    search(auditor, person="analyst1", since=show_date(timezone.localdate()), until=show_date(timezone.localdate()))
    people = page.locator("#result_list tbody .field-person")
    assert set(people.locator("a:first-child").all_inner_texts()) == {"analyst1"}
    # A sentence; the code is folded.
    expect(page.locator("#result_list tbody .field-event").first).to_have_text("Reporter's text opened")
    expect(page.locator("#result_list tbody code").first).not_to_be_visible()

    # Who opened the name of a member: by the action, and from a row to all openings of that member.
    auditor.link("Show all")
    search(auditor, action="identity.opened")
    row = page.locator("#result_list tbody tr").first
    expect(row).to_contain_text("identity.opened")
    auditor.go(row.locator(".field-subject .audit-step"))
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("coordinator")
    # The trail knows the number of the member, never the pseudonym.
    assert member.pseudonym not in page.content()

    # Every question is in the trail itself.
    auditor.link("Audit events", within=".breadcrumbs")
    search(auditor, person="auditor")
    expect(page.locator("#result_list tbody tr").first).to_contain_text("audit.searched")
    assert searches.count() - before == 7


@pytest.mark.usefixtures("orm")
def test_the_chain_is_verified_and_an_export_proves_itself(
    site: Site, colleague: Callable[..., Colleague], case: Report, tmp_path: Path
) -> None:
    auditor = colleague("auditor")
    page = auditor.page
    auditor.menu("Chain verification")
    results = page.locator(".audit-results tbody tr")
    before = results.count()
    auditor.press("Verify the trail")
    auditor.succeeded()
    # The page follows the progress by itself.
    expect(results).to_have_count(before + 1)
    expect(results.first).to_contain_text("unchanged")
    expect(page.get_by_role("button", name="Verify the trail")).to_be_visible()
    auditor.check()

    auditor.link("Audit events", within=".breadcrumbs")
    search(auditor, case=case.reference)
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    export = auditor.go(page.get_by_role("button", name="Export with proof"), downloads=True)
    file = tmp_path / export.suggested_filename
    export.save_as(file)
    assert site.manage("verify_audit_export", str(file)).startswith("2 events are signed, unchanged")
    # An export is in the trail, and among the jobs of the person.
    auditor.menu("My jobs")
    expect(page.locator("#content")).to_contain_text("xport")
    assert AuditEvent.objects.filter(action="audit.exported").latest("pk").data["events"] == 2
