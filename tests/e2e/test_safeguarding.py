"""Safeguarding by menu and links only: a child tells, the lead and the deputy work on the case, and no one else sees anything of it."""

import contextlib
import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Error, Page, expect

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from clicksafely.common.serbian.scripts import to_latin
from tests.e2e.page_checks import faults
from tests.e2e.panel_steps import click_through, visit_again, visit_first
from tests.e2e.staff_steps import Colleague
from tests.factories.youthpanel import make_cohort, make_school
from tests.live_portal import Site
from tests.waiting import until
from tests.youthpanel.member_auth.conftest import make_consenting
from youthpanel.member_auth.services import create_invitations
from youthpanel.models import SafeguardingNote

pytestmark = pytest.mark.slow
JOIN = "/en/youth-panel/join/"


def test_a_note_is_read_by_a_recorded_opening(site: Site, colleague: Callable[..., Colleague]) -> None:
    words = f"Рекла је да се плаши да иде кући. {secrets.token_hex(4)}"
    writer = colleague("coordinator", javascript=False, width=360)
    writer.menu("New safeguarding note")
    writer.page.locator("[name=text]").fill(words)
    writer.tick(writer.page.locator("[name=urgent]"))
    writer.press("Seal and save")
    writer.succeeded()
    assert words not in writer.page.content()

    lead = colleague("safeguarding", javascript=False, width=360)
    page = lead.page
    lead.menu("Safeguarding notes")
    waiting = page.locator(".open-notes b")
    before = int(waiting.inner_text())
    assert words not in page.content()
    note = page.locator(".notes li").first
    expect(note).to_contain_text("urgent")
    expect(note).to_contain_text("coordinator")
    lead.go(note.locator("h2 a"))
    assert words not in page.content()
    lead.press("Open (logged)")
    expect(page.locator(".long-text.quoted-text")).to_have_text(words)
    with site.orm():
        event = AuditEvent.objects.get(
            action="safeguarding_note.opened", subject_id=SafeguardingNote.objects.latest("pk").pk
        )
        assert event.actor_id == User.objects.get(username="safeguarding").pk
    lead.link("Close the note")
    lead.choose(page.locator("[name=outcome]"), value="with-child")
    lead.press("Close the note")
    lead.succeeded()
    expect(waiting).to_have_text(str(before - 1))
    # The opening is among the recent work.
    lead.go(page.locator("a.brand"))
    expect(page.locator(".home-recent li").first).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_disclosure_is_handled_and_the_case_closed(
    site: Site, visit: Callable[..., Page], colleague: Callable[..., Colleague], javascript: bool
) -> None:
    mark, now = secrets.token_hex(4), timezone.now()
    words, school = f"Очух ме удара кад мама није ту. {mark}", f"ОШ „Сунце“ {mark}"
    child_name, guardian = f"Нина Нинић {mark}", "Гвозден Нинић"
    with site.orm():
        member = make_consenting(
            make_cohort(begins_on=timezone.localdate() - timedelta(days=90)),
            # Another mark: the coordinator, who makes the code, knows the pseudonym.
            pseudonym=f"Тиха река {secrets.token_hex(4)}",
            school=make_school(name=school),
            contact={"name": child_name, "guardian": guardian, "guardian_contact": "060 999"},
        )
        actor = User.objects.get(username="coordinator")
        code = create_invitations(members=[member], actor=actor, now=now)[0].code

    child = visit(javascript=javascript, width=360)
    child.goto(JOIN)
    visit_first(child, code)
    click_through(child, ".members-bar .tell-button")
    told_first = child.locator("main").inner_text()
    for text in ("Two adults read it", "not anonymous", "may not read it tonight", "192", "116111"):
        assert told_first.index(text) < told_first.index("What happened, or what worries you?")
    if javascript:
        assert faults(child) == []
    # Sent by mistake before it was written.
    click_through(child, ".contribution-form [type=submit]")
    expect(child.locator("#tell-problem")).to_be_visible()
    if javascript:
        assert faults(child) == []
    child.locator("[name=text]").fill(words)
    click_through(child, ".contribution-form [type=submit]")
    expect(child.locator("h1")).to_have_text("We have your message")
    expect(child.locator("main")).to_contain_text("116111")
    if javascript:
        assert faults(child) == []
    # The next person at this screen goes back, twice.
    for _press in range(2):
        # The answer to an empty message would have to be sent again: the browser shows nothing.
        with contextlib.suppress(Error):
            child.go_back()
        expect(child.get_by_text(words)).to_have_count(0)
    # With scripts the form is asked for anew; what was typed is not put back into it.
    expect(child.locator("h1")).to_have_text("Tell someone")
    expect(child.locator("[name=text]")).to_have_value("")
    child.goto("/en/youth-panel/me/")
    click_through(child, ".members-bar [type=submit]")
    # The child comes back, and finds neither the message nor a mark of it.
    visit_again(child, code)
    click_through(child, ".tell-box a")
    assert words not in child.content()
    expect(child.locator("[name=text]")).to_have_value("")

    coordinator = colleague("coordinator", width=360)
    assert coordinator.page.locator("#staff-menu a", has_text="Safeguarding notes").count() == 0
    assert coordinator.page.request.get(f"{site.url}/admin/youthpanel/safeguarding/").status == 403
    assert mark not in coordinator.page.content()

    # Both are alerted; the deputy takes it. Pages in English show names in Latin script.
    deputy = colleague("deputy", width=360)
    page = deputy.page

    def is_alerted() -> bool:
        page.reload()
        return page.locator("#alert-lines", has_text="Safeguarding: an urgent note").count() == 1

    until(is_alerted, what="the alert of both")
    deputy.menu("Safeguarding notes")
    note = page.locator(".notes li", has_text=to_latin(member.pseudonym))
    expect(note).to_contain_text("Written by a child")
    deputy.go(note.locator("h2 a"))
    case = page.url
    deputy.press("Take this note")
    deputy.succeeded()
    deputy.press("Open (logged)")
    expect(page.locator(".long-text.quoted-text")).to_have_text(words)
    deputy.link("Name and school (logged)")
    assert to_latin(school) not in page.content()
    deputy.press("Open (logged)")
    expect(page.locator(".errornote, .errorlist").first).to_be_visible()
    deputy.choose(page.locator("[name=reason]"), value="danger")
    page.locator("[name=words]").fill("Да позовем школу.")
    deputy.press("Open (logged)")
    expect(page.locator("main, #content").first).to_contain_text(to_latin(child_name))
    assert to_latin(school) in page.content()
    assert to_latin(guardian) not in page.content()
    deputy.unfold("Contacts of the child and of a guardian")
    deputy.press("Open the contacts (logged)")
    expect(page.locator(".contacts")).to_contain_text(to_latin(guardian))
    deputy.link("Back to the note")
    deputy.link("Plan an action")
    page.locator("[name=text]").fill(f"Позвати школу {mark}")
    page.locator("[name=due_on]").fill(timezone.localdate().isoformat())
    deputy.press("Seal and save")
    deputy.succeeded()
    deputy.link("Hand over")
    deputy.choose(page.locator("[name=to]"), label="safeguarding")
    deputy.press("Hand over")
    deputy.succeeded()

    lead = colleague("safeguarding")
    page = lead.page

    # The home page may show counts of thirty seconds ago, when this person signed in for another test.
    def has_due_actions() -> bool:
        page.reload()
        return "Actions of safeguarding notes" in page.locator("main, #content").first.inner_text()

    until(has_due_actions, what="the action among what is due this week")
    lead.menu("Safeguarding notes")
    lead.go(page.locator(".notes li", has_text=to_latin(member.pseudonym)).locator("h2 a"))
    assert page.url == case
    lead.press("Open (logged)")
    expect(page.locator(".case-actions")).to_contain_text(f"Позвати школу {mark}")
    lead.link("Record the result")
    page.locator("[name=result]").fill("Школа зна.")
    lead.press("Seal and save")
    lead.succeeded()
    lead.link("Close the note")
    lead.choose(page.locator("[name=outcome]"), value="social-work")
    page.locator("[name=words]").fill("Центар је преузео.")
    lead.press("Close the note")
    lead.succeeded()
    expect(page.locator(".notes li", has_text=to_latin(member.pseudonym))).to_contain_text(
        "referred to the centre for social work"
    )
    with site.orm():
        closed = SafeguardingNote.objects.get(member=member)
        assert closed.outcome == "social-work"
        events = AuditEvent.objects.filter(subject_table="youthpanel_safeguardingnote", subject_id=closed.pk)
        assert [event.action.partition(".")[2] for event in events.order_by("pk")] == [
            "claimed", "opened", "name_opened", "contact_opened", "action_planned", "handed_over", "opened", "action_done", "closed",
        ]  # fmt: skip
