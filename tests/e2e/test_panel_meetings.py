"""Meetings of the panel in a real browser without scripts: planned, attended, written down, photographed; a note that one person opens."""

import secrets
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from tests.e2e.page_checks import faults, set_display
from tests.factories.library import picture
from tests.factories.youthpanel import give_consent, make_cohort, make_member, make_school
from tests.live_portal import Site
from youthpanel.models import Attendance, Cohort, MeetingFile

PLAIN = {"javascript": False}
CHILD_WORDS = "Рекла је да се плаши да иде кући."


def invited_cohort(mark: str) -> Cohort:
    """A cohort of six; the first agrees to photographs."""
    today = localdate()
    cohort = make_cohort(name_sr=f"Генерација {mark}", begins_on=today - timedelta(days=200))
    school = make_school()
    members = [make_member(cohort, school=school, pseudonym=f"Јеж {mark} {number}") for number in range(6)]
    give_consent(members[0], "photograph", given_on=today - timedelta(days=5), expires_on=today + timedelta(days=50))
    return cohort


def fits(page: Page) -> None:
    """On a screen and on a telephone, light and dark; axe needs scripts, so it looks at what a browser with them shows."""
    for width, dark in ((360, True), (1280, False)):
        set_display(page, width=width, dark=dark)
        assert faults(page, fingers=False) == []


def click_through(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def test_a_meeting_from_the_plan_to_the_public_page(site: Site, sign_in: Callable[..., Page]) -> None:
    mark = secrets.token_hex(3)
    with site.orm():
        cohort = invited_cohort(mark)
        members = list(cohort.members.order_by("pseudonym"))
    page = sign_in("coordinator", **PLAIN)
    begins = timezone.localtime() - timedelta(hours=30)

    page.goto("/admin/youthpanel/meetings/add/")
    page.locator("[name=title_sr]").fill(f"Састанак {mark}")
    page.locator("[name=title_en]").fill(f"Meeting {mark}")
    page.locator("[name=day]").fill(begins.date().isoformat())
    page.locator("[name=begins]").fill("10:00")
    page.locator("[name=ends]").fill("10:30")
    page.locator("[name=town]").select_option("nis")
    page.locator("[name=place]").fill("Омладински центар")
    page.locator(f"[name=cohorts][value='{cohort.pk}']").check()
    page.locator("[name=agenda_sr]").fill("1. Увод")
    # The coordinator is ticked already; no other is.
    click_through(page, ".staff-form [type=submit]")
    expect(page.locator(".checkbox-list .errorlist")).to_be_visible()
    expect(page.locator("[name=agenda_sr]")).to_have_value("1. Увод")
    page.get_by_label("safeguarding").check()
    click_through(page, ".staff-form [type=submit]")
    expect(page.locator("li.success")).to_be_visible()
    address = page.url

    page.goto(f"{address}attendance/")
    row = page.locator(".attendance-row", has_text=members[5].pseudonym)
    row.locator("[value=unknown]").focus()
    page.keyboard.press("ArrowLeft")
    expect(row.locator("[value=missed]")).to_be_checked()
    click_through(page, "[value=rest-attended]")
    expect(page.locator("li.success")).to_be_visible()
    with site.orm():
        attended = Attendance.objects.filter(member__cohort=cohort)
        assert sorted(attended.values_list("attended", flat=True)) == [False, *[True] * 5]

    page.goto(f"{address}minutes/")
    page.locator("[name=minutes]").fill("Радили смо у групама.")
    page.locator("[name=form-0-order]").fill("2")
    page.locator("[name=form-0-text_sr]").fill(f"Друга одлука {mark}")
    page.locator("[name=form-1-order]").fill("1")
    page.locator("[name=form-1-text_sr]").fill(f"Прва одлука {mark}")
    page.locator("[name=form-1-text_en]").fill(f"First decision {mark}")
    click_through(page, ".staff-form [type=submit]")
    expect(page.locator(".decisions li").first).to_have_text(f"Прва одлука {mark}")

    page.goto(f"{address}files/add/")
    file = {"name": "slika.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG", (900, 600))}
    for ticked in (members[1], members[0]):
        page.locator("[name=file]").set_input_files(file)
        page.locator("[name=name]").fill("Групна слика")
        page.locator("[name=description]").fill("Плави зид")
        for box in page.locator("[name=shown]:checked").all():
            box.uncheck()
        page.locator(f"[name=shown][value='{ticked.pk}']").check()
        click_through(page, ".staff-form [type=submit]")
    expect(page.locator("li.success")).to_be_visible()
    image = page.locator(".meeting-files img")
    expect(image).to_have_attribute("alt", "Плави зид")
    source = image.get_attribute("src") or ""
    assert page.request.get(source).headers["content-type"] == "image/webp"

    looking = sign_in("coordinator")
    for path in ("", "change/", "attendance/", "minutes/", "sheet/", "files/add/", "cancel/"):
        looking.goto(f"{address}{path}")
        fits(looking)

    # The consent is withdrawn: from now on the picture is not shown.
    page.goto(f"/admin/youthpanel/member/{members[0].pk}/change/")
    expect(page.locator("#attended-heading + ul")).to_contain_text(f"Састанак {mark}")
    click_through(page, "a[href$='/withdraw/']")
    looking.goto(page.url)
    fits(looking)
    click_through(page, ".staff-form [type=submit]")
    page.goto(address)
    expect(page.locator(".meeting-files .pill.urgent")).to_be_visible()
    assert page.locator(".meeting-files img").count() == 0
    assert page.request.get(source).status == 404
    with site.orm():
        uuid = MeetingFile.objects.get(meeting__title_sr=f"Састанак {mark}").uuid
    page.locator(".confirm summary").first.click()
    click_through(page, ".confirm button")
    assert list((site.var_dir / "media").rglob(f"*{uuid}*")) == []

    page.goto("/en/youth-panel/")
    entry = page.locator(".panel-timeline li", has_text=f"Meeting {mark}")
    expect(entry).to_contain_text("5 of us came")
    expect(entry).to_contain_text(f"First decision {mark}")
    for pseudonym in (member.pseudonym for member in members):
        assert pseudonym not in page.content()


def test_a_note_is_written_by_one_and_opened_by_another(site: Site, sign_in: Callable[..., Page]) -> None:
    page = sign_in("coordinator", **PLAIN)
    page.goto("/admin/youthpanel/safeguarding/add/")
    page.locator("[name=text]").fill(CHILD_WORDS)
    page.locator("[name=urgent]").check()
    click_through(page, ".staff-form [type=submit]")
    expect(page.locator("li.success")).to_be_visible()
    assert CHILD_WORDS not in page.content()
    assert page.request.get("/admin/youthpanel/safeguarding/").status == 403

    lead = sign_in("safeguarding")
    lead.goto("/admin/youthpanel/safeguarding/")
    before = int(lead.locator(".open-notes b").inner_text())
    assert before >= 1
    fits(lead)
    assert CHILD_WORDS not in lead.content()
    click_through(lead, ".notes h2 a")
    assert CHILD_WORDS not in lead.content()
    click_through(lead, "form[action$='/open/'] button")
    expect(lead.locator(".long-text.quoted-text")).to_have_text(CHILD_WORDS)
    fits(lead)
    click_through(lead, "a[href$='/close/']")
    lead.locator("[name=outcome]").select_option("no-concern")
    click_through(lead, ".staff-form [type=submit]")
    expect(lead.locator(".open-notes b")).to_have_text(str(before - 1))
